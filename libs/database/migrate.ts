import { migrations } from '../../migrations/index.js';
import { connect } from './connect.js';
import { DatabaseFault, codeOf } from './faults.js';

const TABLE = 'motcua_migration';
/** Named, not found: an owner called `motcua` would look into the schema of that name as soon as it is there. */
const SCHEMA = 'public';
/** Any number, as long as every Motcua uses the same: it keeps two processes from migrating at once. */
const MIGRATION_LOCK = 5_920_190_315;
/** As what the application works; as what it reads for a person, and loads and commits commands: under row-level security. */
const APP_ROLE = 'motcua_app';
const SCOPED = ['motcua_reader', 'motcua_commit'];
const ROLES = [APP_ROLE, ...SCOPED];
const names = migrations.map((migration) => migration.name);

type Client = Awaited<ReturnType<typeof connect>>;

export interface MigrateOptions {
  /** the embedded server's application role signs in with this */
  appPassword?: string;
}

/**
 * Brings a database to this Motcua's schema: makes its roles when they are missing, runs what has not run yet,
 * and raises the log's epoch when the database was restored into a younger server. Safe to call from several
 * processes at once: one works, the others wait. Throws `schema_newer` when a newer Motcua was here before.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<{ ran: string[] }> {
  const client = await connectOrSay(ownerUrl);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(client, options.appPassword);
    const done = await ranBefore(client);
    const unknown = done.filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      throw new DatabaseFault(
        'schema_newer',
        `The database ${databaseOf(ownerUrl)} was last used by a newer Motcua (it has ${unknown.join(', ')}, ` +
          `which this one does not know). Nothing was changed. Update Motcua, or use another database or data folder.`,
        { unknown, database: databaseOf(ownerUrl) },
      );
    }
    const ran = done.length === names.length ? [] : await runMigrations(ownerUrl);
    await raiseEpochAfterRestore(client);
    return { ran };
  } finally {
    await client.end().catch(() => {});
  }
}

/** TypeORM is loaded only when there is something to run: a start without news should not wait for it. */
async function runMigrations(ownerUrl: string): Promise<string[]> {
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations,
    migrationsTableName: TABLE,
    schema: SCHEMA,
    migrationsTransactionMode: 'each',
    extra: { max: 1 },
  });
  await source.initialize();
  try {
    return (await source.runMigrations()).map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}

async function ranBefore(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('${SCHEMA}.${TABLE}') IS NOT NULL AS found`,
  );
  if (!rows[0]?.found) return [];
  return (await client.query<{ name: string }>(`SELECT name FROM ${SCHEMA}.${TABLE} ORDER BY id`)).rows.map(
    (row) => row.name,
  );
}

/**
 * The application never owns a table: it may do what it was granted. Whoever migrates must be able to become its roles, as
 * it owns the schema of the jobs; and the application itself those as which it reads for a person and commits.
 */
async function ensureRoles(client: Client, password: string | undefined): Promise<void> {
  try {
    for (const role of ROLES) await ensureRole(client, role);
    for (const role of SCOPED) {
      if (!(await mayBecome(client, APP_ROLE, role)))
        await client.query(`GRANT ${role} TO ${APP_ROLE} WITH SET TRUE, INHERIT FALSE`);
    }
    if (password)
      await client.query(`ALTER ROLE ${APP_ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  } catch (cause) {
    const [me] = (await client.query<{ me: string }>('SELECT quote_ident(current_user) AS me')).rows;
    throw new DatabaseFault(
      'database_role_missing',
      `One of the roles as which Motcua works (${ROLES.join(', ')}) is missing or closed to the role that migrates. Ask ` +
        `whoever runs the database server for: ${ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN;`).join(' ')} ` +
        `GRANT ${SCOPED.join(', ')} TO ${APP_ROLE} WITH SET TRUE, INHERIT FALSE; GRANT ${ROLES.join(', ')} TO ${me?.me};`,
      {},
      cause,
    );
  }
}

async function ensureRole(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    'SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS there',
    [role],
  );
  // Another database of the same server may be migrated just now: roles belong to the server, our lock to the database.
  if (!rows[0]?.there) await client.query(`CREATE ROLE ${role} NOLOGIN`).catch(unlessExists);
  if (!(await mayBecome(client, null, role)))
    await client.query(`GRANT ${role} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE`);
}

/** Whether `who`, or whoever is signed in, may set the role. */
async function mayBecome(client: Client, who: string | null, role: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT pg_has_role(coalesce($1, current_user), $2, 'SET') AS may`,
    [who, role],
  );
  return rows[0]!.may;
}

function unlessExists(error: unknown): void {
  if (!['42710', '23505'].includes(codeOf(error))) throw error;
}

/**
 * A position in the log begins with the number of a transaction, and a server made anew counts those from the start: a
 * database restored into it would put new events before old ones, where no follower looks again. So when the log knows
 * a higher number than the server, a new epoch begins, which goes before every number.
 */
async function raiseEpochAfterRestore(client: Client): Promise<void> {
  // As the column's default the epoch costs those who write events nothing. In one block: the two are never apart.
  await client.query(`DO $$ DECLARE raised int; BEGIN
    UPDATE motcua.log_epoch SET epoch = log_epoch.epoch + 1
      FROM (SELECT epoch, xid FROM motcua.event ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1) last
     WHERE last.epoch = log_epoch.epoch AND last.xid >= pg_snapshot_xmax(pg_current_snapshot())
     RETURNING log_epoch.epoch INTO raised;
    IF raised IS NOT NULL THEN
      EXECUTE format('ALTER TABLE motcua.event ALTER COLUMN epoch SET DEFAULT %s', raised);
    END IF;
  END $$`);
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

const SENTENCES: Record<string, string> = {
  '3D000': 'the database does not exist',
  '28P01': 'the password is wrong',
  '28000': 'the server does not let this role in',
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
};

async function connectOrSay(url: string): Promise<Client> {
  try {
    return await connect(url);
  } catch (cause) {
    const { host } = new URL(url);
    const why = SENTENCES[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause));
    throw new DatabaseFault(
      'database_unreachable',
      `The database "${databaseOf(url)}" at ${host} cannot be reached: ${why}. Check DATABASE_URL.`,
      { host, database: databaseOf(url) },
      cause,
    );
  }
}
