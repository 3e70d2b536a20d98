import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaklab } from '../fixtures/cli.ts';
import { catalogue, fix, pattern } from '../fixtures/mini-catalogue.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

const opening = `  const { createWriteStream } = await import('node:fs');
  const { once } = await import('node:events');
  const notes = createWriteStream(lab.scratch + '/tea.txt'); // MARK
  await once(notes, 'open');`;
const done = '  return { opened: true };';

test('reports are the same each time, with no path of this machine', async () => {
  const root = folder(
    catalogue({
      'patterns/timer/clock.ts': pattern(`${opening.replace('MARK', 'LEAK: fd')}\n${done}`),
      'fixes/timer/clock.ts': fix(
        `${opening.replace(' // MARK', '')}\n  await new Promise((closed) => notes.close(closed)); // FIX: closed\n${done}`,
      ),
    }),
  );
  const written = async (): Promise<string> => {
    expect(await leaklab(['run', '--catalogue', '.', '--reports', 'docs/reports.json'], root)).toMatchObject({
      code: 0,
      stderr: '',
    });
    return readFileSync(join(root, 'docs/reports.json'), 'utf8');
  };
  const first = await written();
  expect(await written()).toBe(first);
  expect(first).toContain('tea.txt');
  expect(first).not.toContain('leaklab-');
});
