import type { Pool } from 'pg';
import { saveProvince } from './history.fixture.js';
import { startProjector } from './projector.js';

/** Makes an empty test database the test province; returns its pool. */
export async function provinceIn({ app }: { app: Pool }): Promise<Pool> {
  await saveProvince(app);
  return app;
}

/** Lets the projector read the log to its end, `batch` events at a time. */
export async function catchUp(pool: Pool, batch = 500): Promise<void> {
  const projector = startProjector({ pool, signal: new AbortController().signal, batch });
  try {
    await projector.caughtUp();
  } finally {
    await projector.stop();
  }
}
