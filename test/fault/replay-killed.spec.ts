import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from '#libs/config';
import { openDatabase } from '#libs/database';

const MAIN = join(projectRoot(), 'dist/apps/cli/main.js');
const DEMO = ['demo', '--scale', '0.01', '--exit', '--json'];

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * A moment of a run: when it says something on stderr, when its data folder holds something of that name, or when the
 * replay has so many commands in the database.
 */
type Moment = { says: RegExp } | { holds: RegExp } | { commands: number };

/** Runs motcua; with `killAt` it is killed with -9 at that moment, unless it ends before. */
async function motcua(args: string[], dataDir: string, killAt?: Moment): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, MOTCUA_DATA: dataDir } });
  let stdout = '';
  let stderr = '';
  let watching: Promise<void> | undefined;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (killAt && 'says' in killAt && killAt.says.test(stderr)) child.kill('SIGKILL');
    if (killAt && 'commands' in killAt && /^replay /m.test(stderr)) {
      watching ??= untilStored(killAt.commands, dataDir, () => child.exitCode !== null).then(() => {
        child.kill('SIGKILL');
      });
    }
  });
  if (killAt && 'holds' in killAt) {
    watching = untilHeld(killAt.holds, dataDir, () => child.exitCode !== null).then(() => {
      child.kill('SIGKILL');
    });
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  await watching;
  return { code, signal, stdout, stderr };
}

/** Looks into the data folder until something in it has such a name, or the run is over. */
async function untilHeld(name: RegExp, dataDir: string, over: () => boolean): Promise<void> {
  while (!over() && !readdirSync(dataDir).some((entry) => name.test(entry))) await pause(2);
}

/** Looks into the database of a running replay until it holds so many commands, or the run is over. */
async function untilStored(commands: number, dataDir: string, over: () => boolean): Promise<void> {
  const database = await openDatabase({ dataDir }, { join: true });
  try {
    while (!over()) {
      const { rows } = await database.app.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM motcua.command',
      );
      if ((rows[0]?.n ?? 0) >= commands) return;
      await pause(5);
    }
  } finally {
    await database.close();
  }
}

describe('a replay that is killed', () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'motcua-killed-')));
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('resumes without a dossier lost or doubled, and counts what an undisturbed one counts', async () => {
    const [cut, calm] = folders as [string, string];
    const undisturbed = await motcua(DEMO, calm);
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    const { commands } = JSON.parse(undisturbed.stdout) as { commands: number };
    assert.ok(commands > 2_000, `${commands} commands are too few to be cut off in between`);

    /** Cuts a run off there; gives what it had said by then. */
    const cutOff = async (moment: Moment): Promise<string> => {
      const end = await motcua(DEMO, cut, moment);
      const where = Object.entries(moment).join();
      assert.equal(end.signal, 'SIGKILL', `the run was not cut off at ${where}: ${end.stderr}`);
      assert.equal(end.stdout, '', 'a run that was cut off has counted nothing');
      return end.stderr;
    };
    // Before there is anything, while the database is being made, when it is made but empty, and when nothing but the
    // reference data is there.
    await cutOff({ says: /^data folder/m });
    assert.doesNotMatch(await cutOff({ holds: /^postgres\.new/ }), /^reference data/m);
    assert.doesNotMatch(await cutOff({ holds: /^postgres$/ }), /^reference data/m);
    assert.match(await cutOff({ says: /^reference data/m }), /^reference data imported/m);
    // Within the replay: at its very first commands, early, in the middle, near its end.
    const shares = [0, 0.05, 0.4, 0.7, 0.95];
    for (const share of shares) {
      const said = await cutOff({ commands: Math.round(share * commands) });
      assert.match(said, /^reference data found, nothing to change/m);
      assert.match(said, /^replay /m);
      if (share > 0) assert.match(said, /^found: a replay that was cut off; it is resumed$/m);
    }
    // When all of it is done and nothing of it is counted yet.
    const last = await cutOff({ says: /^\d+ commands in |^found: the quarter replayed/m });
    assert.match(last, /^found: (a replay that was cut off|the quarter replayed)/m);

    const resumed = await motcua(DEMO, cut);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /^found: the quarter replayed/m);
    const figures = (end: Ended): unknown => ({ ...(JSON.parse(end.stdout) as object), seconds: 0 });
    assert.deepEqual(figures(resumed), figures(undisturbed));
    const verified = await motcua(['verify', '--json'], cut);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  it('is found when it is done, and refused with other options, naming --fresh', async () => {
    const [done] = folders as [string, string];
    const again = await motcua(DEMO, done);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /found: the quarter replayed/);
    const other = await motcua(['demo', '--scale', '0.02', '--exit'], done);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /--fresh/);
    const fresh = await motcua([...DEMO, '--seed', '7', '--fresh'], done);
    assert.equal(fresh.code, 0, fresh.stderr);
    assert.equal((JSON.parse(fresh.stdout) as { received: number }).received, 388);
  });
});
