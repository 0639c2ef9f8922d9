/** How long a probe waits for the database, in milliseconds: probes come again, and must not pile up. */
const PATIENCE_MS = 2_000;

/** The result of `work` if it comes soon. Rejects when it does not, leaving the work to end by itself. */
export async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
