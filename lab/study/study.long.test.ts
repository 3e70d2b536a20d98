import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../shared/project-root.ts';
import { leaklab, refused } from '../fixtures/cli.ts';
import { growthChart } from './growth-chart.ts';

test('a chart has leak and fix side by side, and … for what is not there yet', () => {
  const curves = [
    { name: 'leak', values: [2, 6, 26] },
    { name: 'fix', values: [1, 1] },
  ];
  expect(growthChart('handles', [1, 5, 25], curves, 47)).toEqual([
    'handles, on top of those after the first run',
    '  run  leak                fix',
    '    1  0                   0',
    '    5  ██ +4               0',
    '   25  ██████████ +24      …',
  ]);
  const heap = [{ name: 'leak', values: [5_000_000, 5_040_000, 7_500_000] }];
  expect(growthChart('heap', [1, 5, 25], heap, 40).slice(2)).toEqual([
    '    1  0 kB',
    '    5  █ +40 kB',
    '   25  ███████████████████████ +2.5 MB',
  ]);
});

test('in a pipe the catalogue is a list, filtered by options', async () => {
  const { code, stdout } = await leaklab(['study', '--family', 'timer', '--search', 'unref'], projectRoot);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "timer/unref-interval  Unref'd interval of an unused pool\n",
  });
  const none = await leaklab(['study', '--search', 'no such words', '--json'], projectRoot);
  expect(none).toEqual({ code: 1, stdout: '{"version":1,"pairs":[]}\n', stderr: '' });
});

test.concurrent.each([
  [['timer/unref'], refused('no pair "timer/unref"', 'did you mean timer/unref-interval?')],
  [['--stage', 'system'], refused('no stage "system"', 'one of unit, integration, e2e')],
  [['a/b', 'c/d'], refused('more than one id', 'leaklab study timer/unref-interval')],
])('study %j is refused', async (args, told) => {
  expect(await leaklab(['study', ...args], projectRoot)).toEqual(told);
});

test('a pair is run live: its program, what grows, the report, the diff and where it was seen', async () => {
  const { code, stdout } = await leaklab(['study', 'timer/interval-never-cleared'], projectRoot);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^> 48 │ {3}const pruning = setInterval\(prune, DAY\); \/\/ LEAK: timer$/m);
  // the fix stays where it was, but for what a first run may leave behind
  expect(stdout).toMatch(/^ {3}25 {2}█{20,} \+2\d +(?:0|-\d|█ \+1)$/m);
  expect(stdout).toContain('at patterns/timer/interval-never-cleared.ts:48:19 in createCallCounter');
  expect(stdout).toContain('of the fix: no leaks');
  expect(stdout).toMatch(/^ {2}\+ {2}server\.once\('close', \(\) => counter\.stop\(\)\);/m);
  expect(stdout).toContain('https://github.com/roccomuso/memorystore/issues/31');
  // no control character, and nothing wider than 80 columns
  expect(stdout).not.toContain('\u001b');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('on a terminal it is browsed: search, open, back, quit', async () => {
  const command = `stty rows 24 cols 80; exec ${process.execPath} lab/cli.ts study --saved`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: projectRoot,
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  const shows = (text: string): Promise<unknown> =>
    expect.poll(() => seen, { timeout: 50_000 }).toContain(text);
  const press = (keys: string): void => {
    seen = '';
    child.stdin.write(keys);
  };
  await shows('q quit');
  press('/');
  await shows('type to search');
  press('mutex');
  await shows('1 of ');
  press('\r');
  await shows('any key goes back to the list');
  expect(seen).toContain('LEAK: await');
  press(' ');
  await shows('1 of ');
  press('q');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
