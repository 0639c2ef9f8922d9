import type { FastifyInstance } from 'fastify';
import { DEEPEST, isDeeperThan } from './depth.js';
import { BODY_LIMIT } from '../problem/answerable.js';
import { ProblemError } from '../problem/problem-error.js';

/**
 * The only bodies that are read: JSON in UTF-8, at most {@link BODY_LIMIT} bytes and {@link DEEPEST} levels. Keys that would reach an object's
 * prototype are refused. No body at all is an empty one: some commands need no more.
 */
export function readOnlyJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      if (body.length === 0) return done(null, undefined);
      let text: string;
      try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      } catch {
        return done(new ProblemError('malformed_json'));
      }
      // The parser calls back at once; its own errors hold a piece of the body, which is not repeated.
      return void parse(request, text, (error: Error | null, value?: unknown) => {
        if (error) return done(new ProblemError('malformed_json'));
        // Before anything walks through the body: what comes after may recurse.
        if (isDeeperThan(value, DEEPEST))
          return done(new ProblemError('too_deep', { params: { max: DEEPEST } }));
        done(null, value);
      });
    },
  );
}
