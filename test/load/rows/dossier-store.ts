import type { Pool, PoolClient } from '#libs/database';
import { decide, type Answer, type Step, type StepCommand } from '../four-steps.js';

/*
 * Tables for a rival that brings none: the dossier, and what happened to it. Many steps are written in two round trips,
 * one SELECT and one statement, which is better than most would write a job's handler.
 */

interface Row extends Answer {
  id: string;
}

export class DossierStore {
  constructor(private readonly schema: string) {}

  /** Makes schema and tables. */
  async create(pool: Pool): Promise<void> {
    const s = this.schema;
    await pool.query(`
      CREATE SCHEMA ${s};
      CREATE TABLE ${s}.dossier (
        id uuid PRIMARY KEY, state text NOT NULL, version int NOT NULL, unit text NOT NULL, officer text NOT NULL,
        changed_at timestamptz NOT NULL);
      CREATE TABLE ${s}.history (
        dossier_id uuid NOT NULL, version int NOT NULL, command_id uuid NOT NULL, type text NOT NULL, state text NOT NULL,
        officer text NOT NULL, at timestamptz NOT NULL, data jsonb NOT NULL, PRIMARY KEY (dossier_id, version))`);
  }

  /**
   * Writes steps of different dossiers, all or none, and answers in their order. A step that the history has already is
   * answered from there; one that may not be is an Error in its place. Nothing is locked before: who was overtaken fails on
   * the history's key, and everything with it.
   */
  async write(client: Pool | PoolClient, commands: readonly StepCommand[]): Promise<(Answer | Error)[]> {
    const s = this.schema;
    const ids = commands.map((command) => command.dossier);
    const { rows } = await client.query<Row>({
      name: `${s}-read`,
      text: `SELECT id, state, version FROM ${s}.dossier WHERE id = ANY($1::uuid[])`,
      values: [ids],
    });
    const before = new Map(rows.map((row) => [row.id, row]));
    const answers: (Answer | Error)[] = [];
    const moved: { command: StepCommand; answer: Answer }[] = [];
    for (const command of commands) {
      try {
        const answer = decide(before.get(command.dossier), command.step);
        moved.push({ command, answer });
        answers.push(answer);
      } catch (error) {
        answers.push((await this.written(client, command)) ?? (error as Error));
      }
    }
    if (moved.length > 0) await this.store(client, moved);
    return answers;
  }

  private async store(
    client: Pool | PoolClient,
    moved: readonly { command: StepCommand; answer: Answer }[],
  ): Promise<void> {
    const s = this.schema;
    await client.query({
      name: `${s}-write`,
      text: `
        WITH step AS (
          SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[],
            $8::text[], $9::jsonb[]) AS t (dossier_id, version, state, unit, officer, at, command_id, type, data)
        ), moved AS (
          INSERT INTO ${s}.dossier AS d (id, state, version, unit, officer, changed_at)
          SELECT dossier_id, state, version, unit, officer, at FROM step
          ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, officer = excluded.officer,
            changed_at = excluded.changed_at
        )
        INSERT INTO ${s}.history (dossier_id, version, command_id, type, state, officer, at, data)
        SELECT dossier_id, version, command_id, type, state, officer, at, data FROM step`,
      values: [
        moved.map(({ command }) => command.dossier),
        moved.map(({ answer }) => answer.version),
        moved.map(({ answer }) => answer.state),
        moved.map(({ command }) => command.unit),
        moved.map(({ command }) => command.officer),
        moved.map(({ command }) => command.at),
        moved.map(({ command }) => command.id),
        moved.map(({ command }) => command.step),
        moved.map(({ command }) => JSON.stringify(command.data)),
      ],
    });
  }

  /** What a command was answered, when the history has it. */
  async written(client: Pool | PoolClient, command: StepCommand): Promise<Answer | undefined> {
    const { rows } = await client.query<Answer>(
      `SELECT state, version FROM ${this.schema}.history WHERE dossier_id = $1 AND command_id = $2`,
      [command.dossier, command.id],
    );
    return rows[0];
  }

  /** The steps of a dossier, in order. */
  async history(pool: Pool, dossier: string): Promise<Step[]> {
    const { rows } = await pool.query<{ type: Step }>(
      `SELECT type FROM ${this.schema}.history WHERE dossier_id = $1 ORDER BY version`,
      [dossier],
    );
    return rows.map((row) => row.type);
  }
}
