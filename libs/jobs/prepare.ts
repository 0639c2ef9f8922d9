import { runMigrations } from 'bullmq';
import { connect } from '#libs/database';
import { SCHEMA } from './backend.js';

/**
 * Makes or brings up to date the tables of the job queue, as the owner: the application's role may fill them, not change
 * them. Two processes that start at once wait for each other. Redis needs no such thing.
 */
export async function prepareJobs(ownerUrl: string): Promise<void> {
  const client = await connect(ownerUrl);
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}
