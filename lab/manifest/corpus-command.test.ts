import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaklab, refused } from '../fixtures/cli.ts';
import {
  catalogue,
  decoy,
  fix,
  metadata,
  pattern,
  stopped,
  ticking,
  unrefd,
  wrongFix,
} from '../fixtures/mini-catalogue.ts';
import { tempFolders, type Files } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
const files: Files = catalogue({
  'patterns/stream/body.ts': pattern(
    ticking.replace('timer', 'stream x2').replace('return', '// ALSO\n  return'),
    {
      title: 'Body that is never read',
    },
  ),
  'fixes/stream/body.ts': fix(stopped),
  'fixes/timer/quiet.decoy.ts': decoy('  return {};'),
  'fixes/timer/clock.wrong-unref.ts': wrongFix(unrefd),
});
const source = { ref: 'acme/clock#1', title: 'Clock ticks on', url: 'https://example.test/clock/1' };

function entry(path: string, rest: object): object {
  const [, family = '', name = ''] = path.split('/');
  const sha256 = createHash('sha256')
    .update(files[path] ?? '')
    .digest('hex');
  return {
    id: `${family}/${name.split('.')[0]}`,
    family,
    path,
    sha256,
    markers: [],
    also: [],
    proven: [],
    ...rest,
  };
}

const clockPattern = entry('patterns/timer/clock.ts', {
  role: 'pattern',
  stage: 'unit',
  markers: [{ kind: 'timer', line: 6, count: 1 }],
  pattern: metadata,
});
const clockFix = entry('fixes/timer/clock.ts', { role: 'fix', stage: 'unit' });
const clockWrong = entry('fixes/timer/clock.wrong-unref.ts', {
  role: 'wrong-fix',
  stage: 'unit',
  markers: [{ kind: 'timer', line: 2, count: 1 }],
});

test.concurrent('the manifest has every program with its markers, and every source', async () => {
  const root = folder(files);
  const { code, stdout, stderr } = await leaklab(['corpus', '--json', '--catalogue', '.'], root);
  expect({ code, stderr, manifest: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    stderr: '',
    manifest: {
      version: 1,
      programs: [
        entry('patterns/stream/body.ts', {
          role: 'pattern',
          stage: 'unit',
          markers: [{ kind: 'stream', line: 6, count: 2 }],
          also: [7],
          pattern: { ...metadata, title: 'Body that is never read' },
        }),
        clockPattern,
        entry('fixes/stream/body.ts', { role: 'fix', stage: 'unit' }),
        clockFix,
        clockWrong,
        entry('fixes/timer/quiet.decoy.ts', { role: 'decoy' }),
      ],
      sources: [source],
    },
  });
});

test.concurrent('the manifest of one pair has that pair alone', async () => {
  const root = folder(files);
  const { stdout } = await leaklab(['corpus', 'timer/clock', '--json', '--catalogue', '.'], root);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    programs: [clockPattern, clockFix, clockWrong],
    sources: [source],
  });
});

test.concurrent('without --json it is a line for each program', async () => {
  const told = await leaklab(['corpus', '--catalogue', '.'], folder(files));
  expect(told).toEqual({
    code: 0,
    stderr: '',
    stdout: `stream/body                                    pattern  stream x2    Body that is never read
timer/clock                                    pattern  timer        Clock that is never stopped
stream/body                                    fix
timer/clock                                    fix
timer/clock                                    wrong-fix timer
timer/quiet                                    decoy
`,
  });
});

test.concurrent('a check of no page is refused', async () => {
  expect(await leaklab(['corpus', '--catalogue', '.', '--check'], folder(files))).toEqual(
    refused('--check without --pages', 'leaklab corpus --pages docs/catalogue --check'),
  );
});

test.concurrent('a catalogue that is not sound is refused, and no pages written', async () => {
  const root = folder({ ...files, 'fixes/timer/bell.ts': fix('') });
  const told = await leaklab(['corpus', '--catalogue', '.', '--pages', 'pages'], root);
  expect(told).toEqual(
    refused(
      'fixes/timer/bell.ts: no pattern timer/bell to fix',
      'write patterns/timer/bell.ts, or name the file after its pattern',
    ),
  );
  expect(existsSync(join(root, 'pages'))).toBe(false);
});
