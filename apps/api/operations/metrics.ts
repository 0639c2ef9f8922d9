import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CommandName } from '#libs/workflow';

/** The numbers of one process. A registry of its own, so that two APIs in one process do not mix. */
export interface ApiMetrics {
  registry: Registry;
  /** one command was answered; `outcome` is `accepted`, `replayed` or the code of the refusal */
  command(command: CommandName, outcome: string, seconds: number): void;
  /** one command was turned away unread, since there was no room */
  turnedAway(): void;
  /** one batch was committed: give this to the engine as `onBatch` */
  batch(size: number, seconds: number): void;
  /** what is asked for each time the metrics are read */
  watch(sources: {
    depth: () => number;
    lags: () => Promise<{ name: string; events: number; seconds: number }[]>;
  }): void;
}

/** Makes the metrics of a process. Names are stable: dashboards and alerts rest on them. */
export function createMetrics(): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  const commands = new Counter({
    name: 'motcua_commands_total',
    help: 'Commands answered, by command and outcome (accepted, replayed, or the code of the refusal).',
    labelNames: ['command', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'motcua_command_duration_seconds',
    help: 'From the command’s arrival to its answer.',
    labelNames: ['command', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers,
  });
  const turnedAway = new Counter({
    name: 'motcua_turned_away_total',
    help: 'Commands that were told to come back before they were read: too many were waiting.',
    registers,
  });
  const sizes = new Histogram({
    name: 'motcua_batch_size',
    help: 'Commands that left together in one commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const batches = new Histogram({
    name: 'motcua_batch_duration_seconds',
    help: 'Load, decide and commit of one batch.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 20],
    registers,
  });
  return {
    registry,
    command(command, outcome, seconds) {
      commands.inc({ command, outcome });
      durations.observe({ command, outcome }, seconds);
    },
    turnedAway: () => turnedAway.inc(),
    batch(size, seconds) {
      sizes.observe(size);
      batches.observe(seconds);
    },
    watch({ depth, lags }) {
      new Gauge({
        name: 'motcua_queue_depth',
        help: 'Commands waiting or under way in this process.',
        registers,
        collect() {
          this.set(depth());
        },
      });
      // Both gauges are read in one go: one look at the database serves them.
      let asked: ReturnType<typeof lags> | undefined;
      const once = (): ReturnType<typeof lags> =>
        (asked ??= lags()
          // A database that is away must not take the other metrics with it: the last known lag stays, and readyz tells.
          .catch(() => [])
          .finally(() => (asked = undefined)));
      new Gauge({
        name: 'motcua_follower_lag_events',
        help: 'Committed events that a follower of the log has not handled yet (counted up to 100,000).',
        labelNames: ['follower'],
        registers,
        async collect() {
          for (const { name, events } of await once()) this.set({ follower: name }, events);
        },
      });
      new Gauge({
        name: 'motcua_follower_lag_seconds',
        help: 'How long the oldest of them has waited.',
        labelNames: ['follower'],
        registers,
        async collect() {
          for (const { name, seconds } of await once()) this.set({ follower: name }, seconds);
        },
      });
    },
  };
}
