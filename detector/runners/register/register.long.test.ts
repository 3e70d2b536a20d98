import { expect, test } from 'vitest';
import { runNode, linesOf, type Ran } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';

const suite = suites();
const watched = ['--import', 'leaklab/register'];

/** The program by itself, and watched. */
async function both(program: string, file = 'program.mjs'): Promise<{ bare: Ran; seen: Ran }> {
  const folder = suite({ [file]: program });
  const [bare, seen] = await Promise.all([runNode([file], folder), runNode([...watched, file], folder)]);
  return { bare, seen };
}

const leak = `function startPolling() {
  setInterval(() => {}, 1000).unref();
}
startPolling();
`;

test.concurrent('leaks when the event loop is empty are reported, with exit code 1', async () => {
  const { bare, seen } = await both(`${leak}console.log('done');`);
  expect(bare).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' });
  expect(seen).toMatchObject({ code: 1, stdout: 'done\n' });
  expect(seen.stderr.split('\n').slice(0, 4)).toEqual([
    'leaklab: program.mjs: 1 leak from 1 line',
    '',
    '1 timer (Timeout, setInterval)',
    '  at program.mjs:2:3 in startPolling',
  ]);
  expect(linesOf(seen.reports)).toEqual(['(run): 1 timer at 2']);
});

test.concurrent(
  'a clean program ends as without us: every event as often, no word, its exit code',
  async () => {
    const { bare, seen } = await both(`
    import { createServer } from 'node:http';
    import { once } from 'node:events';
    let told = 0;
    process.on('SIGTERM', () => {});
    process.on('beforeExit', async (code) => {
      console.log('beforeExit', code);
      await null;
      if (told++ < 2) setTimeout(() => console.log('more'), 5);
    });
    process.on('exit', (code) => console.log('exit', code));
    const server = createServer((request, response) => response.end('hello')).listen(0);
    await once(server, 'listening');
    console.log(await (await fetch('http://127.0.0.1:' + server.address().port)).text());
    server.close();
    process.exitCode = 4;`);
    expect(bare).toMatchObject({ code: 4, stderr: '' });
    expect({ ...seen, reports: [] }).toEqual(bare);
    expect(linesOf(seen.reports)).toEqual(['(run): nothing']);
  },
);

test.concurrent(
  'an uncaught error is printed as without leaklab, and what it leaves open is no leak',
  async () => {
    const { bare, seen } = await both(`
    process.once('uncaughtException', (error) => console.log('caught', error.message));
    process.on('exit', (code) => console.log('exit', code));
    setInterval(() => {}, 1000);
    setTimeout(() => { throw new Error('first'); }, 1);
    setTimeout(() => { throw new Error('second'); }, 50);`);
    expect(bare).toMatchObject({ code: 1, stdout: 'caught first\nexit 1\n' });
    // Node's frames that lead there may differ
    const shown = ({ code, stdout, stderr }: Ran): unknown => [code, stdout, stderr.split('\n').slice(0, 6)];
    expect(shown(seen)).toEqual(shown(bare));
  },
);

test.concurrent(
  'a program that exits reports what is open at that moment, also when a listener exits again',
  async () => {
    const { bare, seen } = await both(`
    setInterval(() => {}, 1000);
    (async function wait() { await new Promise((resolve) => setTimeout(resolve, 60_000).unref()); })();
    process.on('exit', () => process.exit());
    setTimeout(() => process.exit(0), 1);`);
    expect([bare.code, seen.code]).toEqual([0, 1]);
    expect(linesOf(seen.reports)).toEqual(['(run): 1 timer at 2, 1 timer at 3']);
  },
);

test.concurrent("a program's exit code stays", async () => {
  const { seen } = await both(`${leak}process.exit(3);`);
  expect(seen.code).toBe(3);
  expect(linesOf(seen.reports)).toEqual(['(run): 1 timer at 2']);
});

test.concurrent(
  'a top level that never goes on is named, with the exit code and the warning of Node',
  async () => {
    const { bare, seen } = await both('await new Promise(() => {});');
    expect([bare.code, seen.code]).toEqual([13, 13]);
    expect(seen.stderr).toContain(bare.stderr.trim());
    expect(linesOf(seen.reports)).toEqual(['(run): 1 await at 1']);
  },
);

test.concurrent(
  'a child process that inherits NODE_OPTIONS is watched wherever it starts, and so is a thread',
  async () => {
    const folder = suite({
      'parent.cjs': `
      const { fork, execFile } = require('node:child_process');
      const { Worker } = require('node:worker_threads');
      execFile(process.execPath, [__dirname + '/leaks.cjs'], { cwd: '/' }, (error) => {
        console.log('child', error.code);
        new Worker(__dirname + '/leaks.cjs').on('exit', (code) => console.log('thread', code));
      });`,
      'leaks.cjs': leak,
    });
    const ran = await runNode(['parent.cjs'], folder, { NODE_OPTIONS: watched.join(' ') });
    expect(ran).toMatchObject({ code: 1, stdout: 'child 1\nthread 1\n' });
    expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(
      'leaklab: the run fails because of 2 timers at leaks.cjs:2 in leaks.cjs',
    );
    expect(linesOf(ran.reports).toSorted()).toEqual([
      '(run): 1 timer at 2',
      '(run): 1 timer at 2',
      '(run): nothing',
    ]);
  },
);

test.concurrent(
  'leaks that keep an idle program alive are reported, and end it if so configured',
  async () => {
    const folder = suite({
      'leaklab.json': '{ "quietAfter": 200, "exitWhenQuiet": true }',
      'program.mjs': leak.replace('.unref()', ''),
    });
    const ran = await runNode([...watched, 'program.mjs'], folder);
    expect(ran.code).toBe(1);
    expect(ran.stderr.split('\n')[0]).toBe(
      'leaklab: program.mjs: nothing happened for 200 ms; 1 leak from 1 line',
    );
    expect(linesOf(ran.reports)).toEqual(['(run): 1 timer at 2']);
  },
);

test.concurrent('a program that waits for its child is busy', async () => {
  const folder = suite({
    'leaklab.json': '{ "quietAfter": 100, "exitWhenQuiet": true }',
    'program.mjs': `
      import { spawn } from 'node:child_process';
      setInterval(() => {}, 1000).unref();
      spawn('sleep', ['1']).on('exit', () => console.log('slept'));`,
  });
  const ran = await runNode([...watched, 'program.mjs'], folder);
  expect(ran).toMatchObject({ code: 1, stdout: 'slept\n' });
  expect(ran.stderr).toMatch(/^leaklab: program\.mjs: 1 leak from 1 line\n/);
});

test.concurrent('a program that pauses until its timer fires is not idle', async () => {
  const folder = suite({
    'leaklab.json': '{ "quietAfter": 200, "exitWhenQuiet": true }',
    'program.mjs': `
      import { watch } from 'node:fs';
      const watcher = watch('.');
      setTimeout(() => { watcher.close(); console.log('closed'); }, 1500);`,
  });
  const ran = await runNode([...watched, 'program.mjs'], folder);
  expect(ran).toMatchObject({ code: 0, stdout: 'closed\n', stderr: '' });
});

test.concurrent('what a package keeps for itself is no leak of the program', async () => {
  const folder = suite({
    'program.mjs': "import './node_modules/metrics/index.js';",
    'node_modules/metrics/index.js': 'setInterval(() => {}, 1000).unref();',
  });
  const ran = await runNode([...watched, 'program.mjs'], folder);
  expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(ran.reports[0]?.report.ignored).toMatchObject([{ reason: 'made by a package for itself' }]);
});

test.concurrent("settings that can't be used are refused before the program starts", async () => {
  const folder = suite({ 'leaklab.json': '{ "quiteAfter": 1 }', 'program.mjs': "console.log('ran');" });
  const ran = await runNode([...watched, 'program.mjs'], folder);
  expect(ran).toEqual({
    code: 2,
    stdout: '',
    stderr: `leaklab: ${folder}/leaklab.json: no setting "quiteAfter"; did you mean \`quietAfter\`?\n`,
    reports: [],
  });
});

test('a run that accepts its leaks says how many, and where', async () => {
  const folder = suite({ 'a.js': 'setInterval(() => {}, 1000);\nsetTimeout(() => process.exit(), 20);' });
  const args = ['--import', 'leaklab/register', 'a.js'];
  expect(await runNode(args, folder, { LEAKLAB_ACCEPT: '1' })).toMatchObject({
    code: 0,
    stderr: 'leaklab: a.js: 1 leak accepted in leaks.baseline.json; from now on, only new leaks fail\n',
  });
  expect(await runNode(args, folder)).toMatchObject({ code: 0, stderr: '' });
});
