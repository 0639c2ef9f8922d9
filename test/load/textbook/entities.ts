import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Answer, State, Step } from '../four-steps.js';

export const SCHEMA = 'textbook';

@Entity({ schema: SCHEMA, name: 'dossier' })
export class DossierEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') state!: State;
  @Column('int') version!: number;
  @Column('text') unit!: string;
  @Column('text') officer!: string;
  @Column('timestamptz', { name: 'changed_at' }) changedAt!: string;
}

@Entity({ schema: SCHEMA, name: 'event' })
export class EventEntity {
  @PrimaryColumn('uuid', { name: 'dossier_id' }) dossierId!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') type!: Step;
  @Column('text') officer!: string;
  @Column('timestamptz') at!: string;
  @Column('jsonb') data!: object;
}

/** A command that has been answered: who repeats it gets the same answer. */
@Entity({ schema: SCHEMA, name: 'command' })
export class CommandEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('jsonb') answer!: Answer;
}

export const ENTITIES = [DossierEntity, EventEntity, CommandEntity];
