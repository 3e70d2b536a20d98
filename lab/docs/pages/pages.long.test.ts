import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leaklab, refused } from '../../fixtures/cli.ts';
import { catalogue, decoy, unrefd, wrongFix } from '../../fixtures/mini-catalogue.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';

const folder = tempFolders();
const flat = { handles: [3, 3, 3], heap: [0, 0, 0] };

function proven(path: string, role: string, handles: readonly number[]): object {
  const verdicts = [role === 'fix' ? 'clean' : 'leaks'];
  const curves = { ...flat, handles };
  return { id: 'timer/clock', role, path, holds: true, objections: [], verdicts, curves };
}

const leaking = ['patterns/timer/clock.ts', 'fixes/timer/clock.wrong-unref.ts'];
const proofs = {
  version: 2,
  node: 'v24.1.0',
  times: 1,
  stages: [1, 5, 25],
  programs: [
    proven('patterns/timer/clock.ts', 'pattern', [4, 8, 28]),
    proven('fixes/timer/clock.ts', 'fix', [3, 3, 3]),
    proven('fixes/timer/clock.decoy.ts', 'decoy', [3, 3, 3]),
    proven('fixes/timer/clock.wrong-unref.ts', 'wrong-fix', [4, 8, 28]),
  ],
};
const reports = {
  version: 1,
  node: 'v24.1.0',
  programs: leaking.map((path) => ({ path, report: ['1 leak from 1 line', '', `1 timer in ${path}`] })),
};
const files = catalogue({
  'fixes/timer/clock.decoy.ts': decoy('  return {};'),
  'fixes/timer/clock.wrong-unref.ts': wrongFix(unrefd),
  'docs/proofs/node-24.json': JSON.stringify(proofs),
  'docs/reports.json': JSON.stringify(reports),
  'docs/sources.json': JSON.stringify([
    { ref: 'acme/clock#1', title: 'Fix `a|b` <T> _x_ *y* [z]', url: 'https://example.test/clock/1' },
  ]),
});
const args = ['corpus', '--catalogue', '.', '--pages', 'docs/catalogue'];

const pairPage = `<!-- written by \`npm run pages\`; change the program, not this page -->

# Clock that is never stopped

A clock ticks on.

| family | leaked by one run | grows | seen through | stage | leaks on | proven |
| --- | --- | --- | --- | --- | --- | --- |
| timer | timer, line 6 | handles | loop handle, retained | unit | Node \`>=22\` | Node 24.1.0: 1 of 1 |

**What leaks.** A timer.

**Why it survives.** Nothing stops it.

**How it shows up.** It ticks.

**How to fix.** Stop it.

**When this is not a leak.** Never.

## The program

[patterns/timer/clock.ts](../../../patterns/timer/clock.ts) from line 5; the comment \`LEAK\` marks the line and says what one run leaks.

\`\`\`ts
export async function run(lab) {
  const clock = setInterval(() => {}, 1000); // LEAK: timer
  return { started: true };
}
\`\`\`

## What grows

Measured [without any detector](../../oracle.md): run 1, 5 and 25 times in one process.

<svg/>

## What the detector reports

\`\`\`text
1 leak from 1 line

1 timer in patterns/timer/clock.ts
\`\`\`

## The fix

Fixed: it is stopped. [fixes/timer/clock.ts](../../../fixes/timer/clock.ts)

\`\`\`diff
 export async function run(lab) {
-  const clock = setInterval(() => {}, 1000); // LEAK: timer
+  const clock = setInterval(() => {}, 1000);
+  clearInterval(clock); // FIX: stopped when the work is done
   return { started: true };
 }
\`\`\`

## Wrong: unref

Tried: it is unref'd. [fixes/timer/clock.wrong-unref.ts](../../../fixes/timer/clock.wrong-unref.ts)

**Still leaks because** it ticks on.

\`\`\`diff
 export async function run(lab) {
-  const clock = setInterval(() => {}, 1000); // LEAK: timer
+  const clock = setInterval(() => {}, 1000).unref(); // LEAK: timer
+  // TRIED: the process can end
   return { started: true };
 }
\`\`\`

\`\`\`text
1 leak from 1 line

1 timer in fixes/timer/clock.wrong-unref.ts
\`\`\`

## What is no leak

A clock. [fixes/timer/clock.decoy.ts](../../../fixes/timer/clock.decoy.ts)

**Looks like a leak** It ticks.

**Is none because** It is stopped.

## Hints

1. What ticks?
2. Who stops it?
3. Call clearInterval.

## Seen in

- [acme/clock#1](https://example.test/clock/1): Fix \`a|b\` \\<T\\> \\_x\\_ \\*y\\* \\[z\\]
`;

test.concurrent('a page has the program, what grows, the report, the fix and its relatives', async () => {
  const root = folder(files);
  expect(await leaklab(args, root)).toEqual({ code: 0, stdout: '', stderr: '' });
  const page = readFileSync(join(root, 'docs/catalogue/timer/clock.md'), 'utf8');
  expect(page.replace(/<svg.*<\/svg>/, '<svg/>')).toBe(pairPage);
  expect(page).toContain('aria-label="handles after 25 runs, beyond those of the first: pattern 24, fix 0"');
  expect(page.match(/<polyline points="[^"]*"/g)).toEqual([
    '<polyline points="60,116 108.3,99 350,14"',
    '<polyline points="60,116 108.3,116 350,116"',
  ]);
});

test.concurrent('the indexes have every pair', async () => {
  const root = folder(files);
  await leaklab(args, root);
  expect(readdirSync(join(root, 'docs/catalogue')).toSorted()).toEqual(['README.md', 'index.html', 'timer']);
  expect(readFileSync(join(root, 'docs/catalogue/README.md'), 'utf8').split('\n').slice(4, -5)).toEqual([
    '1 pairs, 1 decoys, 1 wrong fixes. A pattern leaks and its fix in fixes/ does not; a decoy looks like a leak; a wrong fix is plausible and still leaks. [index.html](index.html) filters them in a browser.',
    '',
    '## timer',
    '',
    '| pair | what it is | stage | leaked by one run | seen through | wrong fixes | seen in |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| [timer/clock](timer/clock.md) | Clock that is never stopped | unit | timer | loop handle | 1 | [acme/clock#1](https://example.test/clock/1) |',
    '',
    'Decoys:',
    '',
    '- [fixes/timer/clock.decoy.ts](../../fixes/timer/clock.decoy.ts): A clock.',
  ]);
  const html = readFileSync(join(root, 'docs/catalogue/index.html'), 'utf8');
  expect(html.match(/<tr data.*/g)).toEqual([
    '<tr data-family="timer" data-kind="timer" data-stage="unit" data-grows="handles"><td><a href="timer/clock.md">timer/clock</a><br>Clock that is never stopped</td><td>timer</td><td>timer</td><td>unit</td><td>handles</td></tr>',
  ]);
});

describe.concurrent('the check', () => {
  const changes: { what: string; change: (root: string) => void; told: string }[] = [
    {
      what: 'a program that changed',
      change: (root) => {
        const file = join(root, 'fixes/timer/clock.ts');
        writeFileSync(file, readFileSync(file, 'utf8').replace('work is done', 'work is over'));
      },
      told: 'docs/catalogue/timer/clock.md differs from its program',
    },
    {
      what: 'a page that changed',
      change: (root) => writeFileSync(join(root, 'docs/catalogue/index.html'), ''),
      told: 'docs/catalogue/index.html differs from its program',
    },
    {
      what: 'a page that is gone',
      change: (root) => rmSync(join(root, 'docs/catalogue/timer/clock.md')),
      told: 'docs/catalogue/timer/clock.md is missing',
    },
    {
      what: 'a page too many',
      change: (root) => writeFileSync(join(root, 'docs/catalogue/timer/bell.md'), '# Bell'),
      told: 'docs/catalogue/timer/bell.md belongs to no program',
    },
  ];

  test.each(changes)('tells $what, and writes nothing', async ({ change, told }) => {
    const root = folder(files);
    await leaklab(args, root);
    expect(await leaklab([...args, '--check'], root)).toEqual({ code: 0, stdout: '', stderr: '' });
    change(root);
    const again = { code: 1, stdout: `${join(root, told)}\nnpm run pages updates them\n`, stderr: '' };
    expect(await leaklab([...args, '--check'], root)).toEqual(again);
    expect(await leaklab([...args, '--check'], root)).toEqual(again);
    await leaklab(args, root);
    expect(await leaklab([...args, '--check'], root)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe.concurrent('refused is', () => {
  test('a program without a proof', async () => {
    const root = folder(files);
    mkdirSync(join(root, 'fixes/stream'));
    writeFileSync(join(root, 'fixes/stream/quiet.decoy.ts'), decoy('  return {};'));
    expect(await leaklab(args, root)).toEqual(
      refused(
        'fixes/stream/quiet.decoy.ts: no proof in docs/proofs/',
        'npm run lab -- prove stream/quiet --save docs/proofs/node-24.json',
      ),
    );
  });

  test('a pattern without a report', async () => {
    const root = folder({ ...files, 'docs/reports.json': JSON.stringify({ version: 1, programs: [] }) });
    expect(await leaklab(args, root)).toEqual(
      refused(
        'patterns/timer/clock.ts: no report in docs/reports.json',
        'npm run lab -- run --reports docs/reports.json',
      ),
    );
  });
});
