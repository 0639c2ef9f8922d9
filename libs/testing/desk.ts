import type { Pool } from '#libs/database';
import { Alarms, Engine, type AcceptedAnswer, type CommandAnswer } from '#libs/dossier';
import { ManualClock, type Instant, type JsonObject } from '#libs/kernel';
import type { CommandName } from '#libs/workflow';
import { PROCEDURE, UNIT, type SmallProvince } from './small-province.js';

/** What a test says of a new dossier; everything has a default. */
export interface Filing {
  procedure?: string;
  unit?: string;
  channel?: 'counter' | 'online' | 'postal';
  returnBy?: 'counter' | 'postal' | 'online';
  applicant?: JsonObject;
  by?: string;
}

/**
 * Runs real commands through a real engine, with times that the test says. `recorded` is the clock of the recorder: what
 * the log says of when we learnt of something.
 */
export class Desk {
  readonly recorded = new ManualClock('2019-01-01T00:00:00.000Z');
  readonly engine: Engine;
  readonly alarms: Alarms;
  private keys = 0;

  constructor(
    readonly pool: Pool,
    readonly province: SmallProvince,
  ) {
    this.engine = new Engine({
      pool,
      reference: () => province,
      clock: this.recorded,
      recorder: this.recorded,
    });
    this.alarms = new Alarms(pool, this.recorded);
  }

  /** Files a dossier and gives its code. */
  async file(at: Instant, filing: Filing = {}): Promise<string> {
    const unit = filing.unit ?? UNIT.commune;
    const payload = {
      procedure: filing.procedure ?? PROCEDURE.certificate,
      channel: filing.channel ?? 'counter',
      competentUnit: unit,
      ...(filing.returnBy && { returnBy: filing.returnBy }),
      applicant: filing.applicant ?? { name: 'Nguyễn Văn Mẫu' },
    };
    const answer = await this.ask({ command: 'submit', by: filing.by ?? `counter-1@${unit}`, at, payload });
    return accepted(answer).code;
  }

  /** Does one thing to a dossier; throws when it is refused. */
  async act(
    code: string,
    command: CommandName,
    by: string,
    at: Instant,
    payload: JsonObject = {},
  ): Promise<AcceptedAnswer> {
    return accepted(await this.ask({ command, code, by, at, payload }));
  }

  /** Does one thing and gives whatever is answered. */
  ask(what: {
    command: CommandName;
    code?: string;
    by: string;
    at: Instant;
    payload?: JsonObject;
  }): Promise<CommandAnswer> {
    const { command, code, by, at, payload = {} } = what;
    this.recorded.moveTo(at);
    return this.engine.execute({
      command,
      ...(code !== undefined && { code }),
      officer: by,
      key: `desk-${++this.keys}`,
      payload,
      occurredAt: at,
    });
  }
}

function accepted(answer: CommandAnswer): AcceptedAnswer {
  if (answer.kind === 'accepted') return answer;
  throw new Error(`refused: ${JSON.stringify(answer)}`);
}
