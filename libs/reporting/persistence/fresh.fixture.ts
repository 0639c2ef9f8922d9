import type { Pool } from 'pg';
import { testDatabase } from '#libs/testing';
import { saveProvince } from './history.fixture.js';
import { startProjector } from './projector.js';

/** An empty test province in a database of its own. */
export async function freshProvince(): Promise<Pool> {
  const { app } = await testDatabase();
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
