import { columns } from '../document.js';
import type { OverloadFigures } from './figures.js';

/** The figures for a person. */
export function tableOfOverload(told: OverloadFigures): string {
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  const range = (values: readonly number[]): string =>
    values.length === 0
      ? '–'
      : `${values[0]}, ${Math.min(...values)} to ${Math.max(...values)}, ${values.at(-1)}`;
  return columns([
    ['overload, over HTTP', ''],
    ['peak, accepted a second', String(told.peak)],
    ['sent a second', String(told.offered)],
    ['accepted a second', String(told.goodput)],
    ['accepted / peak', share(told.ratio)],
    ['refused with 429', share(told.refused.share)],
    ['refused after, p50 and p99 ms', `${told.refused.p50Ms} and ${told.refused.p99Ms}`],
    ['accepted after, p50 and p99 ms', `${told.accepted.p50Ms} and ${told.accepted.p99Ms}`],
    ['the generator late by, p99 ms', String(told.generatorLateP99Ms)],
    ['memory in MB: first, least to most, last', range(told.rssMb)],
    ['of it heap', range(told.heapMb)],
    ['p50 ms at half the peak, before and after', `${told.moderate.p50Ms} and ${told.moderate.afterP50Ms}`],
    ['recovered after ms', told.recoveryMs === null ? 'not within 2 s' : String(told.recoveryMs)],
  ]);
}
