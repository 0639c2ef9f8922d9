import type { Command } from 'commander';
import type { Keys, KeysPlace } from '#libs/config';
import type { Output } from './report.js';

const standard: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Adds `motcua keys make` and `motcua keys show`. No secret is ever printed. */
export function registerKeys(program: Command, config: () => KeysPlace, output: Output = standard): void {
  const group = program.command('keys').description('what Motcua keeps secret, outside the database');

  group
    .command('make')
    .description('make the keys that are not there yet; none is ever replaced')
    .action(async () => {
      const { KEY_FILES, keysFolder, loadKeys, makeKeys } = await import('#libs/config');
      const folder = keysFolder(config());
      const made = makeKeys(folder, KEY_FILES);
      const keys = loadKeys(config(), { make: false });
      output.err(
        made.length > 0 ? `made in ${folder}: ${made.join(', ')}\n` : `all of ${folder} was there\n`,
      );
      output.out(fingerprints(keys));
    });

  group
    .command('show')
    .description('the fingerprints of the public keys')
    .option(
      '--pem',
      'the public key that heads are sealed with, as PEM: what npx motcua audit verify --key takes',
    )
    .action(async (options: { pem?: true }) => {
      const { loadKeys } = await import('#libs/config');
      const keys = loadKeys(config(), { make: false });
      output.out(
        options.pem
          ? (keys.seal.publicKey.export({ type: 'spki', format: 'pem' }) as string)
          : fingerprints(keys),
      );
    });
}

function fingerprints({ seal, token }: Keys): string {
  return `seal   ${seal.id}\ntoken  ${token.id}\n`;
}
