import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, startBench, type Answer, type Bench } from './support.js';

describe('the language of an answer', () => {
  let bench: Bench;
  const refused = (language?: string): Promise<Answer> =>
    bench.call('GET', '/api/v1/dossiers/x', {
      headers: language === undefined ? { 'accept-language': '' } : { 'accept-language': language },
    });
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  it('is the reader’s, and Vietnamese when nothing fits', async () => {
    const titles: [string | undefined, string, string][] = [
      [undefined, 'vi', 'Mã hồ sơ không đúng dạng.'],
      ['fr', 'vi', 'Mã hồ sơ không đúng dạng.'],
      ['vi-VN,vi;q=0.9,en;q=0.8', 'vi', 'Mã hồ sơ không đúng dạng.'],
      ['en-US,en;q=0.9', 'en', 'This is not a dossier code.'],
      ['km', 'km', 'នេះមិនមែនជាលេខកូដសំណុំឯកសារទេ។'],
    ];
    for (const [header, language, title] of titles) {
      const answer = await refused(header);
      assert.equal(assertProblem(answer, 400, 'code_not_understood').title, title, header);
      assert.equal(answer.headers.get('content-language'), language);
      assert.match(answer.headers.get('vary')!, /Accept-Language/);
    }
  });

  it('changes the words and nothing else', async () => {
    const [vi, en, km] = await Promise.all(['vi', 'en', 'km'].map((language) => refused(language)));
    const facts = (answer: Answer): unknown => ({ ...answer.json, title: '', detail: '' });
    assert.deepEqual(facts(vi!), facts(en!));
    assert.deepEqual(facts(vi!), facts(km!));
    assert.equal(new Set([vi, en, km].map((one) => one!.json.detail)).size, 3);
  });

  it('holds for what the lifecycle says as well, and for every field that is wrong', async () => {
    const code = await bench.file();
    const headers = { 'accept-language': 'km' };
    const path = `/api/v1/dossiers/${code}/commands`;
    const early = await bench.call('POST', `${path}/resolve`, { headers, body: { outcome: 'approved' } });
    const { title, notYet } = assertProblem(early, 409, 'not_allowed_in_state');
    for (const words of [title, ...(notYet as { detail: string }[]).map((one) => one.detail)]) {
      assert.match(words as string, /\p{Script=Khmer}/u);
    }
    const wrong = await bench.call('POST', `${path}/resolve`, { headers, body: { outcome: 1, a: 1, b: 2 } });
    const { errors } = assertProblem(wrong, 422, 'unknown_field');
    assert.equal((errors as unknown[]).length, 3);
    for (const one of errors as { detail: string }[]) assert.match(one.detail, /\p{Script=Khmer}/u);
  });

  it('holds where the router itself refuses', async () => {
    const answer = await bench.call('GET', '/api/v1/dossiers/%zz', { headers: { 'accept-language': 'en' } });
    assert.equal(
      assertProblem(answer, 400, 'url_malformed').title,
      'The address of the request cannot be read.',
    );
  });
});
