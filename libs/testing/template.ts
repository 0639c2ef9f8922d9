import { connect, migrate } from '#libs/database';

/** The migrated database that every test database is a copy of. */
export const TEMPLATE = 'motcua_template';

/** Makes the template on the server of `base`, a URL of its owner. Once per server. */
export async function makeTemplate(base: string): Promise<void> {
  await asOwner(base, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(withDatabase(base, TEMPLATE));
}

/** The same server, another database. */
export function withDatabase(base: string, name: string): string {
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement outside a transaction. */
export async function asOwner(base: string, sql: string): Promise<void> {
  const client = await connect(base);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
