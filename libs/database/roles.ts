/** A role of the database: the service's own work, reading for a person, loading and committing commands. */
export type DatabaseRole = 'motcua_app' | 'motcua_reader' | 'motcua_commit';

/** The same place, but working as the role, whoever signs in. */
export function asRole(url: string, role: DatabaseRole): string {
  const parsed = new URL(url);
  const before = parsed.searchParams.get('options')?.replace(/ ?-c role=\w+/, '');
  parsed.searchParams.set('options', [before, `-c role=${role}`].filter(Boolean).join(' '));
  // As form data a space is a plus, which the driver would take for one.
  parsed.search = parsed.search.replaceAll('+', '%20');
  return parsed.href;
}

/** The same place, but working as the role `motcua_app`, whoever signs in. */
export function asApp(url: string): string {
  return asRole(url, 'motcua_app');
}
