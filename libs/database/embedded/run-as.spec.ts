import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DatabaseFault } from '../faults.js';
import { ask, scratch } from '../testing.fixture.js';
import { startEmbedded } from './server.js';

// Only root has more than one way to run a server, and something to refuse.
if (process.getuid?.() === 0) asRoot();
else asPlainUser();

function asPlainUser(): void {
  test('a plain user runs the server as themselves, and no other way is even tried', async () => {
    const dataDir = scratch();
    const server = await startEmbedded({ dataDir, durable: false });
    await ask(server.url('postgres'), 'SELECT 1');
    await server.stop();
    assert.equal(statSync(join(dataDir, 'postgres', 'base')).uid, process.getuid?.());
  });
}

function asRoot(): void {
  const namespaces = spawnSync('unshare', ['--user', '--map-user=1', '--map-group=1', 'true']).status === 0;

  test('without namespaces root runs the server as an unprivileged user, in a folder made the other way too', async () => {
    const dataDir = scratch();
    chmodSync(dataDir, 0o711);
    if (namespaces) {
      const first = await startEmbedded({ dataDir, durable: false, runAs: 'namespace' });
      await first.stop();
      assert.equal(statSync(join(dataDir, 'postgres', 'base')).uid, 0);
    }
    const server = await startEmbedded({ dataDir, durable: false, runAs: 'user' });
    await ask(server.url('postgres'), 'SELECT 1');
    assert.notEqual(statSync(`/proc/${server.pid}`).uid, 0);
    await server.stop();
    assert.notEqual(statSync(join(dataDir, 'postgres', 'base')).uid, 0);
    if (namespaces) {
      const back = await startEmbedded({ dataDir, durable: false });
      await ask(back.url('postgres'), 'SELECT 1');
      await back.stop();
    }
  });

  test('without namespaces a data folder in a closed home is refused, naming the closed door', async () => {
    const home = join(scratch(), 'home');
    mkdirSync(home, { mode: 0o700 });
    chmodSync(join(home, '..'), 0o711);
    await assert.rejects(
      startEmbedded({ dataDir: join(home, 'motcua', '.motcua'), runAs: 'user' }),
      (error: unknown) => {
        assert.ok(error instanceof DatabaseFault);
        assert.equal(error.code, 'data_folder_unreachable');
        assert.ok(error.message.includes(`may not enter ${home},`), error.message);
        return true;
      },
    );
  });

  if (namespaces) {
    test('in a namespace root runs the server inside a closed home', async () => {
      const home = join(scratch(), 'home');
      mkdirSync(home, { mode: 0o700 });
      const server = await startEmbedded({
        dataDir: join(home, '.motcua'),
        durable: false,
        runAs: 'namespace',
      });
      await ask(server.url('postgres'), 'SELECT 1');
      await server.stop();
    });
  }

  const database = fileURLToPath(new URL('./server.js', import.meta.url));
  const asNobody = (program: string, ...args: string[]) =>
    spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', program, ...args], {
      encoding: 'utf8',
      cwd: '/',
    });
  // Cloned into root's own home, nobody else can even read the program.
  if (asNobody('test', '-r', database).status === 0 && asNobody(process.execPath, '--version').status === 0) {
    test('a plain user runs it directly, and is told of a folder that is not theirs', () => {
      const folder = scratch();
      chmodSync(folder, 0o777);
      const start = (dataDir: string) => {
        const script = `
          const { startEmbedded } = await import(${JSON.stringify(database)});
          const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false }).catch((e) => e);
          console.log(server.code ?? 'runs');
          await server.stop?.();`;
        return asNobody(process.execPath, '--input-type=module', '-e', script).stdout.trim();
      };
      assert.equal(start(join(folder, 'mine')), 'runs');
      mkdirSync(join(folder, 'roots'), { mode: 0o755 });
      assert.equal(start(join(folder, 'roots')), 'data_folder_unusable');
    });
  }
}
