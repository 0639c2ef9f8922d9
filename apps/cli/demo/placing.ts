import { limitFor } from '#libs/catalogue';
import type { Limit } from '#libs/calendar';
import type { Channel } from '#libs/dossier';
import { DomainError } from '#libs/kernel';
import {
  DELEGATION,
  DEPARTMENT_WEIGHTS,
  LEVEL_WEIGHTS,
  POPULAR_PROCEDURES,
  SECTOR_WEIGHTS,
} from './assumptions.js';
import type { Cell, Kind } from './cells.js';
import { chooseByWeight, Sampler, wait, type Rng } from './rng.js';
import type { World, WorldProcedure, WorldUnit } from './types.js';

/** Where a dossier goes and what for. */
export interface Placement {
  procedure: WorldProcedure;
  unit: WorldUnit;
  channel: Channel;
  limit: Limit;
}

/** Spreads dossiers over units and procedures, in the proportions of such offices (assumptions.ts). */
export class Placing {
  /** the units that dossiers go to: all but the province's own committee */
  readonly units: readonly WorldUnit[];
  private readonly weight = new Map<WorldProcedure, number>();
  private readonly unitWeight = new Map<WorldUnit, number>();
  private readonly byLevel = new Map<string, WorldProcedure[]>();
  private readonly byDepartment = new Map<string, WorldProcedure[]>();
  private readonly delegated: WorldProcedure[] = [];
  private readonly procedureSamplers = new Map<string, Sampler<WorldProcedure>>();
  private readonly unitSamplers = new Map<string, Sampler<WorldUnit>>();

  constructor(
    world: World,
    private readonly rng: Rng,
  ) {
    this.units = world.units.filter((unit) => unit.parentCode !== null);
    const departments = this.units.filter((unit) => unit.kind === 'department');
    const delegating: readonly string[] = DELEGATION.from;
    for (const procedure of world.procedures) push(this.byLevel, procedure.level, procedure);
    for (const unit of departments) {
      const own = world.procedures.filter(
        ({ department, level }) =>
          level === unit.level && (department === unit.agencyCode || department === unit.name),
      );
      this.byDepartment.set(unit.agencyCode, own);
      if (delegating.includes(unit.name)) this.delegated.push(...own);
    }
    for (const procedures of this.byLevel.values()) this.rank(procedures);
    for (const unit of this.units) this.unitWeight.set(unit, this.weigh(unit));
  }

  /** Zipf-like: a few procedures are asked for every hour, most of the catalogue once a quarter. */
  private rank(procedures: readonly WorldProcedure[]): void {
    chooseByWeight(this.rng, procedures, procedures.length, () => 1).forEach((procedure, rank) => {
      const sector = SECTOR_WEIGHTS[procedure.sector] ?? 1;
      this.weight.set(procedure, POPULAR_PROCEDURES[procedure.code] ?? (6 * sector) / (rank + 1) ** 0.8);
    });
  }

  /** Towns are busier than the countryside, and no two offices are equally busy. */
  private weigh(unit: WorldUnit): number {
    const town = /^(Phường|Thị trấn|Thành phố|Thị xã)/.test(unit.name) ? 1.7 : 1;
    const own = unit.kind === 'department' ? (DEPARTMENT_WEIGHTS[unit.name] ?? 1) : town;
    return own * (0.5 + wait(this.rng, 0.7, 2.5));
  }

  /**
   * Places the dossiers of all cells. With `everyUnit`, each unit gets at least one where there are enough. Throws
   * DomainError `no_procedure_fits` when the world has no procedure for a cell.
   */
  place(cells: readonly Cell[], everyUnit: boolean): Placement[] {
    const left = cells.map((cell) => ({ ...cell }));
    const placed: Placement[] = [];
    const total = cells.reduce((sum, cell) => sum + cell.dossiers, 0);
    if (everyUnit && total >= this.units.length) {
      const scarceFirst = [...this.units].sort((one, other) => this.choice(one) - this.choice(other));
      for (const unit of scarceFirst) placed.push(this.placeAt(unit, left));
    }
    for (const cell of left) for (let n = 0; n < cell.dossiers; n++) placed.push(this.placeOne(cell));
    return placed;
  }

  /** Those with least to choose from choose first: departments before committees, the smallest catalogue first. */
  private choice(unit: WorldUnit): number {
    return this.own(unit).length + (unit.kind === 'department' ? 0 : 1_000_000);
  }

  private own(unit: WorldUnit): readonly WorldProcedure[] {
    const own =
      unit.kind === 'department' ? this.byDepartment.get(unit.agencyCode) : this.byLevel.get(unit.level);
    return own ?? [];
  }

  /** One dossier for this unit, taken from the first cell that it has a procedure for. */
  private placeAt(unit: WorldUnit, left: Cell[]): Placement {
    // What the larger offices live on goes last: a department takes what only departments have.
    const order = unit.kind === 'department' ? [2, 4, 3] : [3, 4, 2];
    const open = left
      .filter((cell) => cell.dossiers > 0)
      .sort((one, other) => order.indexOf(one.onlineLevel) - order.indexOf(other.onlineLevel));
    const few = this.own(unit).length < 10;
    const candidates =
      unit.kind === 'department' && !few ? open.filter((cell) => cell.onlineLevel !== 2) : open;
    for (const delegated of [false, true]) {
      for (const cell of candidates) {
        const procedure = this.procedures(unit, cell, delegated).draw(this.rng);
        if (!procedure) continue;
        cell.dossiers -= 1;
        return placement(procedure, unit, cell.channel);
      }
    }
    throw new DomainError('no_procedure_fits', { field: 'units', params: { unit: unit.agencyCode } });
  }

  private placeOne(cell: Kind): Placement {
    const unit = this.unitsFor(cell).draw(this.rng);
    const procedure = unit && this.usual(unit, cell).draw(this.rng);
    if (!procedure) {
      const params = { onlineLevel: cell.onlineLevel, channel: cell.channel };
      throw new DomainError('no_procedure_fits', { field: 'procedures', params });
    }
    return placement(procedure, unit, cell.channel);
  }

  /** Units weighted by their level's share of the cell, then by how busy they are. */
  private unitsFor(cell: Kind): Sampler<WorldUnit> {
    return cached(this.unitSamplers, `${cell.onlineLevel} ${cell.channel}`, () => {
      const fitting = this.units.filter((unit) => !this.usual(unit, cell).empty);
      const sums = new Map<string, number>();
      for (const unit of fitting)
        sums.set(unit.level, (sums.get(unit.level) ?? 0) + this.unitWeight.get(unit)!);
      const shares = LEVEL_WEIGHTS[cell.onlineLevel] ?? {};
      return new Sampler(
        fitting,
        (unit) => ((shares[unit.level] ?? 0.1) * this.unitWeight.get(unit)!) / sums.get(unit.level)!,
      );
    });
  }

  /** What a unit does every day: its own procedures, or those of others where it acts for them. */
  private usual(unit: WorldUnit, cell: Kind): Sampler<WorldProcedure> {
    const own = this.procedures(unit, cell, false);
    const acts: readonly string[] = DELEGATION.to;
    return own.empty && acts.includes(unit.name) ? this.procedures(unit, cell, true) : own;
  }

  private procedures(unit: WorldUnit, cell: Kind, delegated: boolean): Sampler<WorldProcedure> {
    const where = unit.kind === 'department' ? unit.agencyCode : unit.level;
    const key = `${delegated ? `for ${unit.kind}` : where} ${cell.onlineLevel} ${cell.channel}`;
    return cached(this.procedureSamplers, key, () => {
      const others = unit.kind === 'department' ? this.delegated : [];
      const fitting = (delegated ? others : this.own(unit)).filter(
        ({ onlineLevel, channels }) => onlineLevel === cell.onlineLevel && channels.includes(cell.channel),
      );
      return new Sampler(fitting, (procedure) => this.weight.get(procedure)!);
    });
  }
}

function placement(procedure: WorldProcedure, unit: WorldUnit, channel: Channel): Placement {
  return { procedure, unit, channel, limit: limitFor(procedure, channel) };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function cached<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
