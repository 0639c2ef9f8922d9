import type { JsonObject } from '#libs/kernel';
import type { CommandName } from '#libs/workflow';
import type { OfficeTime } from './office-time.js';
import type { ItemNumbers } from './post.js';

/** One command of a dossier before it has its place in the whole. */
export interface ScriptLine {
  ms: number;
  command: CommandName;
  officer: string;
  payload: JsonObject;
}

/** What scripts share: time, addresses, the province's own officers, the period's end. */
export interface Stage {
  office: OfficeTime;
  /** agency code of the province: the portal, the post and the carrier work for it */
  province: string;
  /** where a unit's applicants live: names from the smallest place up, by agency code */
  homes: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** office time and moment at which the quarter ends: nothing is planned at or after it */
  end: number;
  endMs: number;
  items: ItemNumbers;
}
