import assert from 'node:assert/strict';
import { actingAlone, type Acting } from '#libs/identity';
import { DomainError, ManualClock, type JsonObject } from '#libs/kernel';
import type { CommandName } from '#libs/workflow';
import type { Reference } from './decide.js';
import { Engine } from './engine.js';
import type { Database } from './round.js';
import type { AcceptedAnswer, CommandAnswer, CommandRequest } from './types.js';

/** Of the small province: its commune, and the procedure of one step there. */
const COMMUNE = '000.31.01.H59';
const ONE_STEP = '1.000002';

/** A process whose commands are given by people who signed in. */
export class House {
  readonly clock = new ManualClock('2019-03-18T01:00:00.000Z');
  reference: Reference;
  private keys = 0;

  constructor(
    private readonly database: Database,
    province: Reference,
    private readonly name = 'house',
  ) {
    this.reference = province;
    this.engine = this.another();
  }

  readonly engine: Engine;

  /** A second process on the same database. */
  another(): Engine {
    const { database, clock } = this;
    return new Engine({ pool: database, reference: () => this.reference, clock, recorder: clock });
  }

  /** Somebody at a position: whoever holds it, unless told otherwise. */
  as(code: string, more: Partial<Acting> = {}): Acting {
    const officer = this.reference.units.officer(code);
    assert.ok(officer, code);
    return { ...actingAlone(officer, this.reference.units), ...more };
  }

  /** The account `person` at this position, for itself. */
  person(person: number, code: string): Acting {
    return this.as(code, { person, principal: person });
  }

  ask(
    command: CommandName,
    acting: Acting,
    request: Partial<CommandRequest> = {},
    engine = this.engine,
  ): Promise<CommandAnswer> {
    const key = `${this.name}-${++this.keys}`;
    return engine.execute({ command, officer: acting.officer.code, acting, key, payload: {}, ...request });
  }

  async do(
    command: CommandName,
    acting: Acting,
    code: string,
    payload: JsonObject = {},
  ): Promise<AcceptedAnswer> {
    const answer = await this.ask(command, acting, { code, payload });
    assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
    return answer as AcceptedAnswer;
  }

  /** Files a dossier at the commune's counter; gives its code. */
  async file(more: JsonObject = {}, unit: string = COMMUNE): Promise<string> {
    const payload = filing({ competentUnit: unit, ...more });
    const answer = await this.ask('submit', this.as(`counter-1@${unit}`), { payload });
    assert.equal(answer.kind, 'accepted', JSON.stringify(answer));
    return (answer as AcceptedAnswer).code;
  }

  /** What a command is refused with: the answer's code, or that of the problem, marked by `!`. */
  async told(command: CommandName, acting: Acting, request: Partial<CommandRequest> = {}): Promise<string> {
    try {
      const answer = await this.ask(command, acting, request);
      return answer.kind === 'refused' ? answer.code : 'accepted';
    } catch (error) {
      if (error instanceof DomainError) return `!${error.code}`;
      throw error;
    }
  }
}

export function filing(more: JsonObject = {}): JsonObject {
  const applicant = { name: 'Nguyễn Văn Mẫu' };
  return { procedure: ONE_STEP, channel: 'counter', competentUnit: COMMUNE, applicant, ...more };
}
