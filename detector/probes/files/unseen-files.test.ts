import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { budget, leftBy, nothing, only, brief } from '../../fixtures/left-by.ts';
import { snapshot } from '../../index.ts';

// taken before the probes begin, so that they do not see its native code open files
const { DatabaseSync } = process.getBuiltinModule('node:sqlite');

// the level at which the probe looks
const exact = { level: 'full' } as const;

let folder: string;
let location: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  location = join(folder, 'ledger.db');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(process.platform !== 'linux')(
  'a file that native code keeps open has a path and no line',
  async () => {
    const report = await leftBy(() => {
      const ledger = new DatabaseSync(location);
      onTestFinished(() => ledger.close());
    }, exact);
    expect(report).toEqual(only({ kind: 'fd', type: 'descriptor', at: 'unknown', detail: location }));
  },
);

test.skipIf(process.platform !== 'linux')(
  'an unseen file is older than a scope that began while it was open, and newer than the scope before',
  async () => {
    const first = snapshot({ name: 'first', budget, ...exact });
    onTestFinished(() => first.dispose());
    const ledger = new DatabaseSync(location);
    onTestFinished(() => ledger.close());
    const second = snapshot({ name: 'second', budget, ...exact });
    expect(brief(await second.find())).toEqual(nothing);
    second.dispose();
    expect(brief(await first.find())).toEqual(
      only({ kind: 'fd', type: 'descriptor', at: 'unknown', detail: location, owner: 'first' }),
    );
  },
);

test('silent about files that are closed, or open for a moment to be read', async () => {
  const reading = new AbortController();
  const report = await leftBy(() => {
    new DatabaseSync(location).close();
    void readAgainAndAgain(reading.signal);
  }, exact);
  reading.abort();
  expect(report.leaks.filter(({ kind }) => kind === 'fd')).toEqual([]);
});

async function readAgainAndAgain(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await readFile(location);
}
