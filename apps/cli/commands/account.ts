import { type Command, Option } from 'commander';
import type { Administration, Service } from '#libs/identity';
import { DomainError, systemClock, type Clock } from '#libs/kernel';
import type { UnitDirectory } from '#libs/organization';
import { endOf, readPassword, secretLines, stateOf, topUnit } from './account-parts.js';
import type { OpenPool } from './report.js';

export interface AccountDeps {
  open: OpenPool;
  clock?: Clock;
  /** where `--password-file -` reads from */
  input?: NodeJS.ReadableStream;
}

interface Common {
  json?: true;
}
interface Create extends Common {
  system?: true;
  unit?: string;
  administrator?: true;
  byProvider?: true;
  passwordFile?: string;
}
interface Position extends Common {
  role?: string;
  at?: string;
  from?: string;
  until?: string;
  service?: Service;
  end?: string;
  on?: string;
}

/**
 * Adds `motcua account create|list|disable|password|position`: how the first administrator comes to be, and the way back in when
 * the last one is gone. Whoever may run it has the database anyway. A password is never an argument, where other users of
 * the machine would see it: it is drawn here and printed once, or read from a file.
 */
export function registerAccount(program: Command, deps: AccountDeps): void {
  const group = program.command('account').description('accounts and their positions');
  const json = (): Option => new Option('--json', 'one JSON document');
  const passwordFile = (): Option =>
    new Option('--password-file <file>', 'read the first password there, - for standard input');

  group
    .command('create')
    .argument('<login>')
    .description('make an account, and print its first password')
    .option('--unit <agency code>', 'the unit that answers for it')
    .option('--administrator', 'an administrator of that unit, or of the top one')
    .addOption(new Option('--system', 'a system, with a secret').conflicts(['administrator', 'byProvider']))
    .addOption(
      new Option('--by-provider', 'no password: it signs in by OpenID Connect').conflicts('passwordFile'),
    )
    .addOption(passwordFile())
    .addOption(json())
    .action((login: string, options: Create) =>
      run(program, deps, async ({ administration, units, today }, say) => {
        const unit = options.unit ?? (options.administrator ? topUnit(units, today) : undefined);
        // Found out before there is an account without the position that it was made for.
        if (options.administrator && !units.byCode(unit!, today))
          throw new DomainError('unit_unknown', { field: 'unit' });
        const password = await readPassword(options.passwordFile, deps.input);
        const { account, secret } = await administration.createAccount(null, {
          login,
          kind: options.system ? 'system' : 'person',
          unit,
          byProvider: options.byProvider,
          password,
        });
        const position = options.administrator
          ? await administration.givePosition(null, {
              login,
              role: 'administrator',
              unit: unit!,
              until: endOf(units, unit!, today),
            })
          : null;
        const told = password === undefined ? secret : null;
        say(options, { account, secret: told, position: position?.code ?? null }, [
          `account ${account.login}`,
          ...(position ? [`position ${position.code}`] : []),
          ...secretLines(account, told),
        ]);
      }),
    );

  group
    .command('list')
    .description('all accounts')
    .addOption(json())
    .action((options: Common) =>
      run(program, deps, async ({ administration }, say) => {
        const accounts = await administration.accounts(null);
        say(
          options,
          { accounts },
          accounts.map((one) => [one.login, one.kind, ...stateOf(one)].join('  ')),
        );
      }),
    );

  group
    .command('disable')
    .argument('<login>')
    .description('disable an account for good; its sessions end')
    .addOption(json())
    .action((login: string, options: Common) =>
      run(program, deps, async ({ administration }, say) => {
        await administration.disableAccount(null, login);
        say(options, { login, disabled: true }, [`account ${login} is disabled`]);
      }),
    );

  group
    .command('password')
    .argument('<login>')
    .description('give an account a new first password (a system: a new secret); its sessions end')
    .addOption(passwordFile())
    .addOption(json())
    .action((login: string, options: Common & { passwordFile?: string }) =>
      run(program, deps, async ({ administration }, say) => {
        const password = await readPassword(options.passwordFile, deps.input);
        const { account, secret } = await administration.resetPassword(null, login, password);
        const told = password === undefined ? secret : null;
        say(options, { account, secret: told }, [`account ${account.login}`, ...secretLines(account, told)]);
      }),
    );

  group
    .command('position')
    .argument('<login>')
    .description('give an account a position, or let one of its positions end')
    .option('--role <role>', 'counter, specialist, head, supervisor, administrator, auditor …')
    .option('--at <agency code>', 'the unit')
    .option('--from <day>', 'first day (default: today)')
    .option('--until <day>', 'first day on which it no longer holds (default: open)')
    .addOption(new Option('--service <service>', 'what a system serves as').choices(['portal', 'carrier']))
    .addOption(
      new Option('--end <position>', 'let this position end').conflicts(['role', 'at', 'from', 'until']),
    )
    .option('--on <day>', 'with --end: the day (default: today)')
    .addOption(json())
    .action((login: string, options: Position) =>
      run(program, deps, async ({ administration }, say) => {
        const { role, at: unit, from, until, service, end, on } = options;
        if (end === undefined && (role === undefined || unit === undefined))
          program.error('motcua account position: name --role and --at, or --end');
        const officer =
          end === undefined
            ? await administration.givePosition(null, {
                login,
                role: role!,
                unit: unit!,
                from,
                until,
                service,
              })
            : await endOwn(administration, login, end, on);
        const { code, validFrom, validUntil } = officer;
        const sentence = `position ${code}, from ${validFrom} until ${validUntil === 'infinity' ? 'further notice' : validUntil}`;
        say(options, { login, position: code, from: validFrom, until: validUntil }, [sentence]);
      }),
    );
}

interface Opened {
  administration: Administration;
  units: UnitDirectory;
  today: string;
}
type Say = (options: Common, json: object, lines: string[]) => void;

async function run(
  program: Command,
  { open, clock = systemClock }: AccountDeps,
  work: (opened: Opened, say: Say) => Promise<void>,
): Promise<void> {
  const [{ openAdministration, dayOf }, { loadUnits }] = await Promise.all([
    import('#libs/identity'),
    import('#libs/organization'),
  ]);
  const { writeOut } = program.configureOutput();
  const { pool, close } = await open();
  try {
    const units = await loadUnits(pool);
    const administration = openAdministration({ pool, clock, units: () => units });
    await work({ administration, units, today: dayOf(clock.now()) }, (options, json, lines) =>
      writeOut?.(options.json ? `${JSON.stringify(json)}\n` : `${lines.join('\n')}\n`),
    );
  } finally {
    await close();
  }
}

/** The login is said for safety: a slip in the code would end somebody else's. */
async function endOwn(administration: Administration, login: string, code: string, on: string | undefined) {
  const held = await administration.positions(null, login);
  if (!held.some((one) => one.code === code))
    throw new DomainError('position_unknown', { field: 'position' });
  return administration.endPosition(null, code, on);
}
