import { verify } from '#libs/dossier';
import { countsCheck } from '../../../apps/cli/commands/verify.js';
import { Progress } from '../../../apps/cli/progress.js';
import { countDossiers } from '#libs/dossier';
import type { SizeProvince } from './province.js';

export interface Verified {
  seconds: number;
  checks: { name: string; looked: number; seconds: number }[];
}

/** `motcua verify` on the loaded database. Throws when anything is wrong: figures of a wrong database are worth nothing. */
export async function verifySize({ pool, reference }: SizeProvince): Promise<Verified> {
  const progress = new Progress('verify, dossiers', await countDossiers(pool));
  try {
    const { catalogue, units } = reference;
    const result = await verify(pool, {
      catalogue,
      units,
      extra: [countsCheck()],
      onProgress: (n) => progress.at(n),
    });
    if (!result.ok) throw new Error(`verify found ${JSON.stringify(result.findings.slice(0, 5))}`);
    return {
      seconds: Math.round(result.seconds),
      checks: result.checks.map(({ name, looked, seconds }) => ({
        name,
        looked,
        seconds: Math.round(seconds),
      })),
    };
  } finally {
    progress.stop();
  }
}
