import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DomainError, type JsonObject } from '#libs/kernel';
import { Engine } from './engine.js';
import { birth, COMMUNE, testEngine, type TestEngine } from '../../test/support/engine.js';

const isCode = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

describe('the engine, on a real database', () => {
  let t: TestEngine;
  before(async () => {
    t = await testEngine();
  });

  it('files a dossier and gives it a code of unit, day and number', async () => {
    const first = await t.run('submit', { payload: birth() });
    const second = await t.run('submit', { payload: birth() });
    assert.equal(first.kind, 'accepted');
    assert.ok(first.kind === 'accepted' && second.kind === 'accepted');
    assert.match(first.code, /^000\.01\.21\.H59-190318-\d{4}$/);
    assert.equal(Number(second.code.slice(-4)), Number(first.code.slice(-4)) + 1);
    assert.equal(first.state, 'submitted');
    assert.equal(first.version, 1);
  });

  it('takes a dossier from the counter to the citizen, each command one event', async () => {
    const code = await t.file();
    const specialist = `specialist-1@${COMMUNE}`;
    await t.run('receive', { code });
    await t.run('startProcessing', { code });
    let answer = await t.run('resolve', { code, officer: specialist, payload: { outcome: 'approved' } });
    const head = `head-1@${COMMUNE}`;
    for (let i = 0; i < 3 && answer.kind === 'refused'; i++) {
      await t.run('completeStep', { code, officer: head });
      answer = await t.run('resolve', { code, officer: head, payload: { outcome: 'approved' } });
    }
    assert.equal(answer.kind === 'accepted' && answer.state, 'resolved');
    await t.run('offerAtCounter', { code });
    const last = await t.run('collect', { code });
    assert.equal(last.kind === 'accepted' && last.state, 'delivered');
    const { rows } = await t.pool.query<{ version: number; type: string }>(
      'SELECT e.version, e.type FROM motcua.event e JOIN motcua.dossier d ON d.id = e.dossier_id WHERE d.code = $1 ORDER BY 1',
      [code],
    );
    assert.deepEqual(
      rows.map((row) => row.version),
      rows.map((_, at) => at + 1),
    );
    assert.equal(rows.at(-1)?.type, 'collected');
  });

  it('tells the stored answer to a repeat, and writes nothing', async () => {
    const key = 'once';
    const first = await t.run('submit', { key, payload: birth() });
    const again = await t.run('submit', { key, payload: birth() });
    assert.deepEqual(again, { ...first, replayed: true });
    const elsewhere = await t
      .another()
      .execute({ command: 'submit', officer: `counter-1@${COMMUNE}`, key, payload: birth() });
    assert.deepEqual(elsewhere, { ...first, replayed: true });
  });

  it('stores a refusal like any other answer', async () => {
    const code = await t.file();
    const refused = await t.run('resolve', { code, key: 'too-early', payload: { outcome: 'approved' } });
    assert.equal(refused.kind, 'refused');
    await t.run('receive', { code });
    const again = await t.run('resolve', { code, key: 'too-early', payload: { outcome: 'approved' } });
    assert.deepEqual(again, { ...refused, replayed: true });
  });

  it('refuses a key that comes again with another body', async () => {
    await t.run('submit', { key: 'mine', payload: birth() });
    await assert.rejects(
      t.run('submit', { key: 'mine', payload: birth({ returnBy: 'postal' }) }),
      isCode('key_reused'),
    );
  });

  it('keeps the keys of two officers apart', async () => {
    const one = await t.run('submit', { key: 'shared', payload: birth() });
    const two = await t.run('submit', { key: 'shared', payload: birth(), officer: `counter-2@${COMMUNE}` });
    assert.ok(one.kind === 'accepted' && two.kind === 'accepted' && one.id !== two.id);
  });

  it('refuses a stale version, unless it is the repeat of a command that went through', async () => {
    const code = await t.file();
    const first = await t.run('receive', { code, key: 'seen-1', expectedVersion: 1 });
    assert.equal(first.kind, 'accepted');
    await assert.rejects(t.run('startProcessing', { code, expectedVersion: 1 }), isCode('stale_version'));
    const again = await t.run('receive', { code, key: 'seen-1', expectedVersion: 1 });
    assert.deepEqual(again, { ...first, replayed: true });
  });

  it('says what is allowed instead when it refuses', async () => {
    const code = await t.file();
    const refused = await t.run('collect', { code });
    assert.ok(refused.kind === 'refused');
    assert.equal(refused.code, 'not_allowed_in_state');
    assert.equal(refused.state, 'submitted');
    assert.ok(refused.allowed.includes('receive'));
  });

  it('answers unknown dossiers, officers and procedures by name', async () => {
    await assert.rejects(t.run('receive', { code: `${COMMUNE}-190318-9999` }), isCode('unknown_dossier'));
    await assert.rejects(
      t.run('submit', { officer: 'nobody@nowhere', payload: birth() }),
      isCode('officer_unknown'),
    );
    const answer = await t.run('submit', { payload: birth({ procedure: '9.999999' }) });
    assert.ok(
      answer.kind === 'refused' &&
        answer.code === 'unknown_procedure' &&
        answer.field === 'payload.procedure',
    );
  });

  it('keeps personal data out of the log and the stored answers', async () => {
    const name = 'Trần Thị Bí Mật';
    const code = await t.file({ applicant: { name, phone: '0900000001' } });
    await t.run('amend', { code, payload: { field: 'name', value: 'Trần Thị Bí Mật Hai' } });
    const { rows } = await t.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT data::text AS text FROM motcua.event UNION ALL SELECT c::text FROM motcua.command c
        UNION ALL SELECT snapshot::text FROM motcua.dossier) t WHERE text LIKE '%Bí Mật%' OR text LIKE '%0900000001%'`,
    );
    assert.equal(rows[0]?.n, 0);
    const revisions = await t.pool.query<{ name: string; phone: string }>(
      `SELECT p.name, p.phone FROM motcua.dossier_party p JOIN motcua.dossier d ON d.id = p.dossier_id WHERE d.code = $1 ORDER BY revision`,
      [code],
    );
    assert.deepEqual(revisions.rows, [
      { name, phone: '0900000001' },
      { name: 'Trần Thị Bí Mật Hai', phone: '0900000001' },
    ]);
  });

  it('pauses the clock for a supplement and keeps the remaining working time', async () => {
    const procedure = t.reference.catalogue
      .all()
      .find(
        (v) =>
          v.level === 'commune' &&
          v.limit.unit === 'working_day' &&
          v.limit.value === 5 &&
          v.feeVnd === 0 &&
          v.channels.includes('counter'),
      )!;
    const code = await t.file({ procedure: procedure.code });
    const received = await t.run('receive', { code });
    assert.equal(received.kind === 'accepted' && received.dueAt, '2019-03-25T10:00:00.000Z');
    await t.run('requestSupplement', { code, payload: { documents: ['Giấy chứng sinh'], reason: 'thiếu' } });
    t.clock.moveTo('2019-03-20T03:00:00.000Z');
    const back = await t.run('supplement', { code });
    assert.equal(back.kind === 'accepted' && back.dueAt, '2019-03-27T10:00:00.000Z');
  });

  it('gives codes without gaps to 500 dossiers filed at once', async () => {
    const unit = '000.02.21.H59';
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        t.run('submit', {
          officer: `counter-1@${unit}`,
          key: `many-${n}`,
          payload: birth({ competentUnit: unit }),
        }),
      ),
    );
    const numbers = answers
      .map((a) => (a.kind === 'accepted' ? Number(a.code.split('-').at(-1)) : 0))
      .sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 500 }, (_, n) => n + 1),
    );
  });

  it('lets one of 50 callers on one dossier receive it, and tells the others the state', async () => {
    const code = await t.file();
    const two = t.another();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 ? two : t.engine).execute({
          command: 'receive',
          code,
          officer: `counter-1@${COMMUNE}`,
          key: `race-${n}`,
          payload: {},
        }),
      ),
    );
    assert.equal(answers.filter((a) => a.kind === 'accepted').length, 1);
    for (const answer of answers) if (answer.kind === 'refused') assert.equal(answer.state, 'received');
  });

  it('writes one dossier for one key from 20 callers in two processes', async () => {
    const two = t.another();
    const request = {
      command: 'submit',
      officer: `counter-1@${COMMUNE}`,
      key: 'twenty',
      payload: birth(),
    } as const;
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? two : t.engine).execute(request)),
    );
    const ids = answers.flatMap((a) =>
      a.status === 'fulfilled' && a.value.kind === 'accepted' ? [a.value.id] : [],
    );
    assert.ok(ids.length >= 1);
    assert.equal(new Set(ids).size, 1);
    for (const a of answers) if (a.status === 'rejected') assert.ok(isCode('key_in_flight')(a.reason));
  });

  it('lets a poisoned command fail alone', async () => {
    const bad = t.run('submit', { payload: birth({ applicant: { name: 'a\u0000b' } }) });
    const good = t.run('submit', { payload: birth() });
    await assert.rejects(bad);
    assert.equal((await good).kind, 'accepted');
  });

  it('takes a time in the past from replay only when it does not come before the last event', async () => {
    const code = await t.file();
    const refused = await t.run('receive', { code, occurredAt: '2019-03-01T03:00:00.000Z' });
    assert.ok(refused.kind === 'refused' && refused.code === 'occurred_before_last_event');
  });

  it('receives at a unit whose list has run out, and no more once its successors are known', async () => {
    const at = '2026-11-20T02:00:00.000Z';
    const request = { officer: `counter-1@${COMMUNE}`, payload: birth(), occurredAt: at };
    assert.equal((await t.run('submit', request)).kind, 'accepted');
    const successor = {
      ...t.reference.units.byCode(COMMUNE)!,
      id: 99_999,
      agencyCode: 'H61.1',
      validFrom: '2025-07-01',
      validUntil: 'infinity',
    };
    const units = { ...t.reference.units, all: () => [...t.reference.units.all(), successor] };
    const engine = new Engine({ pool: t.pool, reference: () => ({ ...t.reference, units }), clock: t.clock });
    const refused = await engine.execute({ command: 'submit', key: 'ended', ...request });
    assert.ok(refused.kind === 'refused' && refused.code === 'unit_not_in_force');
  });

  it('refuses a receiving unit that is unknown or not the officer’s own, and a name that nobody can see', async () => {
    const refused = async (payload: JsonObject): Promise<string> => {
      const answer = await t.run('submit', { payload: birth(payload) });
      return answer.kind === 'refused' ? `${answer.code} ${answer.field}` : answer.kind;
    };
    assert.equal(await refused({ receivingUnit: 'x' }), 'unknown_unit payload.receivingUnit');
    assert.equal(await refused({ receivingUnit: '000.02.21.H59' }), 'not_your_unit payload.receivingUnit');
    assert.equal(await refused({ receivingUnit: COMMUNE }), 'accepted');
    assert.equal(
      await refused({ applicant: { name: '\u200b' } }),
      'applicant_name_missing payload.applicant.name',
    );
  });

  it('does not write down what has not happened yet', async () => {
    const code = await t.file();
    for (const request of [{ code }, { command: 'submit', payload: birth() }] as const) {
      const answer = await t.run('receive', { occurredAt: '2999-01-01T00:00:00.000Z', ...request });
      assert.ok(answer.kind === 'refused' && answer.code === 'occurred_in_future');
    }
  });
});
