import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig } from '#libs/config';
import { ManualClock } from '#libs/kernel';
import { importCalendarYears, loadCalendarYears } from '#libs/organization';
import { testDatabase } from '#libs/testing';
import { birth, COMMUNE, MORNING } from '../../test/support/engine.js';
import { openRuntime } from './runtime.js';
import { importReferenceData } from './setup.js';

describe('a running process', () => {
  it('computes the deadlines that it set while another process imported the calendar', async () => {
    const { app, reads, commands, ownerUrl, appUrl } = await testDatabase();
    await importReferenceData(app, { demoOfficers: true, today: '2019-01-01' });
    const years = await loadCalendarYears(app, 'state');
    await app.query(
      `UPDATE motcua.calendar_year SET year = 1900, body = '{"off": [], "makeUp": []}' WHERE year = 2019`,
    );
    const database = {
      app,
      reads,
      commands,
      url: (role: 'app' | 'owner') => (role === 'app' ? appUrl : ownerUrl),
      dataSource: () => Promise.reject(new Error('not used')),
      close: () => Promise.resolve(),
    };
    const runtime = await openRuntime(loadConfig({}), database, { clock: new ManualClock(MORNING) });
    const officer = `counter-1@${COMMUNE}`;
    const filed = await runtime.engine.execute({ command: 'submit', officer, key: 'a', payload: birth() });
    assert.ok(filed.kind === 'accepted');

    await importCalendarYears(app, 'state', years);
    const { code } = filed;
    const received = await runtime.engine.execute({
      command: 'receive',
      code,
      officer,
      key: 'b',
      payload: {},
    });
    assert.ok(received.kind === 'accepted' && received.dueAt === null, 'it does not know the calendar yet');
    await runtime.refresh();
    const { rows } = await app.query<{ due_at: string }>('SELECT due_at FROM motcua.deadline');
    assert.deepEqual(rows, [{ due_at: '2019-03-18T10:00:00.000Z' }]);
  });
});
