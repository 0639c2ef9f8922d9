import { Agent, request } from 'node:http';
import { createApi, listen, NO_LIMITS } from '../../../apps/api/index.js';
import { TestTokens, testIdentity, testKeys } from '../../support/tokens.js';
import { type Follower, openReads } from '#libs/database';
import { Engine } from '#libs/dossier';
import type { Ground } from '../ground.js';
import { quantile, significant } from '../document.js';
import type { Question } from './questions.js';

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
  const officer = ground.reference.units.officersEverywhere()[0]!.code;
  const get = async (path: string): Promise<string> => {
    const authorization = `Bearer ${await tokens.of(officer)}`;
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        host: '127.0.0.1',
        port: address.port,
        path,
        headers: { authorization },
      };
      const asked = request(options, (reply) => {
        let body = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        reply.on('end', () =>
          reply.statusCode === 200
            ? resolve(body)
            : reject(new Error(`${path}: ${reply.statusCode} ${body}`)),
        );
      });
      asked.on('error', reject).end();
    });
  };
  const next = async (question: Question): Promise<string> => {
    for (;;) {
      const path = question.path();
      if (!question.secondPage) return path;
      const { next: cursor } = JSON.parse(await get(path)) as { next: string | null };
      if (cursor) return `${path}&cursor=${cursor}`;
    }
  };
  return {
    async ask(question, times) {
      for (let nth = 0; nth < WARM_UP; nth++) await get(await next(question));
      const waits: number[] = [];
      for (let nth = 0; nth < times; nth++) {
        const path = await next(question);
        const begun = performance.now();
        await get(path);
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
