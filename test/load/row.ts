/** What one run of a row did. */
export interface Sample {
  commands: number;
  seconds: number;
  /** how long each command's caller waited, in milliseconds */
  latencies: number[];
}

/** One way of doing the same work, to be measured beside the others. */
export interface Row {
  readonly name: string;
  /** how many callers at once; of several the best is searched before the rounds begin */
  readonly callers: readonly number[];
  /** Makes everything ready that is not to be measured. */
  prepare(): Promise<void>;
  /** Lets `callers` work until `until` (of performance.now()); each takes up its dossier where it left it. */
  run(callers: number, until: number): Promise<Sample>;
  /** Where another process does the work: what it used so far, in milliseconds. This one is then only who asks. */
  serverCpuMs?(): Promise<number>;
  /** Lets go of everything; also after a prepare() that failed. */
  close(): Promise<void>;
}

/** Lets callers call, each waiting for its own answer before it asks again. Rejects with the first error. */
export async function drive(
  callers: number,
  until: number,
  call: (caller: number) => Promise<unknown>,
): Promise<Sample> {
  const latencies: number[] = [];
  const begun = performance.now();
  let failed = false;
  const one = async (caller: number): Promise<void> => {
    for (let from = performance.now(); from < until && !failed;) {
      await call(caller);
      const done = performance.now();
      latencies.push(done - from);
      from = done;
    }
  };
  const all = Array.from({ length: callers }, (_, caller) =>
    one(caller).catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  // Everybody has stopped before the error goes on: nothing may still be under way when things are closed.
  const ends = await Promise.allSettled(all);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { commands: latencies.length, seconds: (performance.now() - begun) / 1000, latencies };
}
