import { Agent, request } from 'node:http';
import { createApi, listen, NO_LIMITS } from '../../../apps/api/index.js';
import { TestTokens, testIdentity, testKeys } from '../../support/tokens.js';
import { type Follower, openReads } from '#libs/database';
import { Engine } from '#libs/dossier';
import type { Ground } from '../ground.js';
import { quantile, significant } from '../document.js';
import type { Asked, Question } from './questions.js';

/** How long one kind of question took, over HTTP on this machine, asked one after the other. */
export interface Answered {
  name: string;
  requests: number;
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
  goalMs: number;
}

/** The product's own API on a loaded database. */
export interface Desk {
  ask(question: Question, times: number): Promise<Answered>;
  close(): Promise<void>;
}

const WARM_UP = 3;
/** A small database may have hardly a unit with two pages. */
const MOST_TRIES = 10_000;

/** Opens the API on 127.0.0.1. The followers stay the caller's. */
export async function openDesk(ground: Ground, followers: readonly Follower[]): Promise<Desk> {
  const { pool, clock } = ground;
  const reference = (): Ground['reference'] => ground.reference;
  const engine = new Engine({ pool, reference, clock });
  const reads = openReads(ground.url);
  const config = { host: '127.0.0.1' };
  const keys = testKeys();
  const identity = testIdentity({ pool, clock, units: () => ground.reference.units }, keys);
  const tokens = new TestTokens(pool, clock, keys);
  const common = { engine, pool, reads, clock, reference, followers, config, identity, keys };
  const app = await createApi({ ...common, limits: NO_LIMITS });
  const address = new URL(await listen(app, { host: '127.0.0.1', port: 0 }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async ({ officer, path, body }: Asked): Promise<string> => {
    const authorization = `Bearer ${await tokens.of(officer)}`;
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        host: '127.0.0.1',
        port: address.port,
        path,
        method: body ? 'POST' : 'GET',
        headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      };
      const asked = request(options, (reply) => {
        let answer = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        reply.on('end', () =>
          reply.statusCode === 200
            ? resolve(answer)
            : reject(new Error(`${officer} ${path}: ${reply.statusCode} ${answer}`)),
        );
      });
      asked.on('error', reject).end(body && JSON.stringify(body));
    });
  };
  /** What to ask next, by somebody who is signed in. */
  const next = async (question: Question): Promise<Asked> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const asked = question.next();
      await tokens.of(asked.officer);
      if (!question.secondPage) return asked;
      const { next: cursor } = JSON.parse(await send(asked)) as { next: string | null };
      if (cursor === null) continue;
      return asked.body
        ? { ...asked, body: { ...asked.body, cursor } }
        : { ...asked, path: `${asked.path}&cursor=${cursor}` };
    }
    throw new Error(`${question.name}: no page after the first`);
  };
  return {
    async ask(question, times) {
      for (let nth = 0; nth < WARM_UP; nth++) await send(await next(question));
      const waits: number[] = [];
      for (let nth = 0; nth < times; nth++) {
        const asked = await next(question);
        const begun = performance.now();
        await send(asked);
        waits.push(performance.now() - begun);
      }
      const sorted = Float64Array.from(waits).sort();
      const { name, goalMs } = question;
      return {
        name,
        requests: times,
        p50Ms: significant(quantile(sorted, 0.5), 3),
        p95Ms: significant(quantile(sorted, 0.95), 3),
        maxMs: significant(sorted.at(-1)!, 3),
        goalMs,
      };
    },
    async close() {
      agent.destroy();
      await app.close();
      await reads.end();
    },
  };
}
