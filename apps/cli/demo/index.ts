export { planQuarter } from './plan.js';
export type {
  LevelFigures,
  PlannedCommand,
  PlanOptions,
  QuarterPlan,
  QuarterTargets,
  World,
  WorldProcedure,
  WorldUnit,
} from './types.js';
