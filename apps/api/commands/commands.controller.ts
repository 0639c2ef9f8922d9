import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { receiptSecret, type CommandAnswer, type CommandRequest } from '#libs/dossier';
import type { Acting } from '#libs/identity';
import { DomainError } from '#libs/kernel';
import { Who } from '../access/who.js';
import { DEPS, type FullDeps } from '../deps.js';
import { dossierCode } from '../http/dossier-code.js';
import { idempotencyKey } from '../http/idempotency-key.js';
import { expectedVersion } from '../http/version-tag.js';
import { languageFor } from '../messages/language.js';
import { ProblemError } from '../problem/problem-error.js';
import { instanceOf, problemFor } from '../problem/problem.filter.js';
import { isProblemCode, RETRY_AFTER_SECONDS } from '../problem/statuses.js';
import { readBody } from '../validation/validate.js';
import { render, send, type Rendered } from './answer.js';
import { readBatch, readItem } from './batch.js';
import { BODY_OF, commandNamed } from './command-table.js';
import { CommandDesk } from './command-desk.js';

/** One answer of many: what it would have been alone. */
interface BatchAnswer extends Rendered {
  /** place in the list that was sent */
  index: number;
}

/** Everything that changes a dossier. One way for all commands: each is read by its class, and the engine decides. */
@Controller()
@ApiExcludeController() // described command by command in openapi/document.ts
export class CommandsController {
  constructor(
    @Inject(CommandDesk) private readonly desk: CommandDesk,
    @Inject(DEPS) private readonly deps: FullDeps,
  ) {}

  @Post('dossiers')
  async submit(
    @Who() acting: Acting,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const key = idempotencyKey(request.headers['idempotency-key']);
    const payload = readBody(BODY_OF.submit, body);
    await this.answer({ command: 'submit', ...by(acting), key, payload }, request, reply);
  }

  @Post('dossiers/:code/commands/:command')
  async command(
    @Who() acting: Acting,
    @Param('code') code: string,
    @Param('command') name: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const command = commandNamed(name);
    const known = dossierCode(code);
    const key = idempotencyKey(request.headers['idempotency-key']);
    const version = expectedVersion(request.headers['if-match']);
    if (command === 'submit') return this.refuseSubmit(known, acting, request, reply);
    const payload = readBody(BODY_OF[command], body);
    const expected = version === undefined ? {} : { expectedVersion: version };
    await this.answer({ command, code: known, ...by(acting), key, payload, ...expected }, request, reply);
  }

  /** Many commands, each answered as if it had come alone: one that is refused does not keep the others back. */
  @Post('commands')
  @HttpCode(200)
  async many(
    @Who() acting: Acting,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<{ answers: BatchAnswer[] }> {
    const items = readBatch(body);
    const answers = items.map(async (item, index) => ({
      index,
      ...(await this.one(item, acting, request)),
    }));
    return { answers: await Promise.all(answers) };
  }

  /** A dossier that exists is never filed again, in no state. */
  private async refuseSubmit(
    code: string,
    acting: Acting,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { state, version, allowed, notYet } = await this.deps.queries.as(acting).actions(code);
    const refusal = {
      kind: 'refused',
      code: 'not_allowed_in_state',
      state,
      version,
      allowed,
      notYet,
    } as const;
    send(this.rendered({ ...refusal, replayed: false }, request), reply);
  }

  private async one(item: unknown, acting: Acting, request: FastifyRequest): Promise<Rendered> {
    try {
      return this.rendered(await this.desk.execute(readItem(item, acting)), request, 'payload.');
    } catch (error) {
      const body = problemFor(inItem(error), request, this.deps.log);
      const retryAfter = RETRY_AFTER_SECONDS[body.status];
      return {
        status: body.status,
        headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
        body,
      };
    }
  }

  private async answer(command: CommandRequest, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    send(this.rendered(await this.desk.execute(command), request), reply);
  }

  private rendered(answer: CommandAnswer, request: FastifyRequest, within = ''): Rendered {
    const language = languageFor(request.headers['accept-language']);
    const receipt = isFiled(answer) ? receiptSecret(this.deps.keys.receipt, answer.id) : undefined;
    return render(answer, instanceOf(request), language, { within, receipt });
  }
}

/** Who acts, as the engine asks for it. */
function by(acting: Acting): Pick<CommandRequest, 'officer' | 'acting'> {
  return { officer: acting.officer.code, acting };
}

/** Only whoever files is told the secret of the receipt, and told again when the key is repeated. */
function isFiled(answer: CommandAnswer): answer is Extract<CommandAnswer, { kind: 'accepted' }> {
  return answer.kind === 'accepted' && answer.event === 'submitted';
}

/** What is a header for a command alone is a field of the item here. */
const FIELD_OF_ITEM: Readonly<Record<string, string>> = { expectedVersion: 'ifMatch', key: 'key' };

function inItem(error: unknown): unknown {
  if (!(error instanceof DomainError) || !isProblemCode(error.code)) return error;
  const { field, params } = error.detail;
  const named = FIELD_OF_ITEM[field ?? ''];
  return named === undefined
    ? error
    : new ProblemError(error.code, { field: named, ...(params && { params }) });
}
