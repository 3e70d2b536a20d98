import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
  return { id: `${family}/${name.split('.')[0]}`, family, path, sha256, markers: [], also: [], ...rest };
}

const clockPattern = entry('patterns/timer/clock.ts', {
  role: 'pattern',
  markers: [{ kind: 'timer', line: 6, count: 1 }],
  pattern: metadata,
});
const clockFix = entry('fixes/timer/clock.ts', { role: 'fix' });
const clockWrong = entry('fixes/timer/clock.wrong-unref.ts', {
  role: 'wrong-fix',
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
          markers: [{ kind: 'stream', line: 6, count: 2 }],
          also: [7],
          pattern: { ...metadata, title: 'Body that is never read' },
        }),
        clockPattern,
        entry('fixes/stream/body.ts', { role: 'fix' }),
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

describe.concurrent('the page', () => {
  const page = `<!-- written by \`npm run lab -- corpus --page docs/catalogue.md\`; change the programs, not this page -->

# The catalogue

2 pairs and 1 decoys. A pattern leaks, its fix in fixes/ does not, a decoy looks as if it did.

## timer

| pair | what it is | leaks | seen through | left behind is | seen in |
| --- | --- | --- | --- | --- | --- |
| [timer/clock](../patterns/timer/clock.ts) | Clock that is never stopped | timer | loop handle | retained | [acme/clock#1](https://example.test/clock/1) |

Decoys: [timer/quiet](../fixes/timer/quiet.decoy.ts).

## stream

| pair | what it is | leaks | seen through | left behind is | seen in |
| --- | --- | --- | --- | --- | --- |
| [stream/body](../patterns/stream/body.ts) | Body that is never read | stream ×2 | loop handle | retained | [acme/clock#1](https://example.test/clock/1) |

## Sources

- [acme/clock#1](https://example.test/clock/1): Clock ticks on
`;
  const args = ['corpus', '--catalogue', '.', '--page', 'docs/catalogue.md'];

  test('is written whole, and the check of it holds', async () => {
    const root = folder(files);
    expect(await leaklab(args, root)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(root, 'docs/catalogue.md'), 'utf8')).toBe(page);
    expect(await leaklab([...args, '--check'], root)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test.each(['as it was before', undefined])('is not touched by the check (%s)', async (before) => {
    const root = folder(files);
    const file = join(root, 'docs/catalogue.md');
    if (before !== undefined) writeFileSync(file, before);
    expect(await leaklab([...args, '--check'], root)).toEqual({
      code: 1,
      stdout: `${file} is not as the programs are; \`npm run pages\` writes it anew\n`,
      stderr: '',
    });
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(before);
  });

  test('keeps what Markdown would take for its own out of titles of sources', async () => {
    const tricky = JSON.stringify([{ ...source, title: 'Fix `a|b` <T> _x_ *y* [z]' }]);
    const root = folder(catalogue({ 'docs/sources.json': tricky }));
    await leaklab(args, root);
    expect(readFileSync(join(root, 'docs/catalogue.md'), 'utf8').split('\n').at(-2)).toBe(
      '- [acme/clock#1](https://example.test/clock/1): Fix \\`a\\|b\\` \\<T\\> \\_x\\_ \\*y\\* \\[z\\]',
    );
  });
});

test.concurrent('a check of no page is refused', async () => {
  expect(await leaklab(['corpus', '--catalogue', '.', '--check'], folder(files))).toEqual(
    refused('--check without --page', 'leaklab corpus --page docs/catalogue.md --check'),
  );
});

test.concurrent('a catalogue that is not sound is refused, and no page written', async () => {
  const root = folder({ ...files, 'fixes/timer/bell.ts': fix('') });
  const told = await leaklab(['corpus', '--catalogue', '.', '--page', 'page.md'], root);
  expect(told).toEqual(
    refused(
      'fixes/timer/bell.ts: no pattern timer/bell to mend',
      'write patterns/timer/bell.ts, or name the file after its pattern',
    ),
  );
  expect(existsSync(join(root, 'page.md'))).toBe(false);
});
