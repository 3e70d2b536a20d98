import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode, linesOf, type Ran } from '../fixtures/run-node.ts';
import { suites, type Files } from '../fixtures/suites.ts';

const suite = suites();
const watched = '--import leaklab/register';

/** The test file of a worker; its second line leaks. */
const leak = `function startPolling() {
  setInterval(() => {}, 1000);
}
startPolling();
`;
const clean = 'clearInterval(setInterval(() => {}, 1000));\n';

/** Runs a stand-in for a test runner, preloaded by a variable, and returns the lines that leaklab adds. */
async function run(files: Files, env: NodeJS.ProcessEnv = {}): Promise<Ran & { readonly told: string[] }> {
  const folder = suite({ 'tmp/none': '', ...files });
  const variables = { NODE_OPTIONS: watched, TMPDIR: join(folder, 'tmp'), ...env };
  const ran = await runNode(['runner.mjs'], folder, variables);
  // the first process of all leaves nothing behind
  expect(readdirSync(join(folder, 'tmp'))).toEqual(['none']);
  const told = ran.stderr.split('\n').filter((line) => /^leaklab: (?!.*\d leaks? from)/.test(line));
  return { ...ran, told };
}

/** A runner that forks workers, ends them by a message, and ignores their exit codes. */
const forks = `import { fork } from 'node:child_process';
import { once } from 'node:events';
for (const file of process.env.FILES.split(' ')) {
  const worker = fork('./worker.mjs', [file]);
  await once(worker, 'message');
  worker.send('stop');
  await once(worker, 'exit');
}
console.log('all passed');`;
const forked = `process.on('message', () => process.exit(0));
await import('./' + process.argv[2]);
process.send('done');`;

test.concurrent('a leak in a worker process whose exit code is ignored fails the run', async () => {
  const ran = await run(
    { 'runner.mjs': forks, 'worker.mjs': forked, 'a.mjs': leak, 'b.mjs': leak, 'c.mjs': clean },
    { FILES: 'a.mjs c.mjs b.mjs a.mjs' },
  );
  expect(ran).toMatchObject({ code: 1, stdout: 'all passed\n' });
  expect(ran.told).toEqual([
    'leaklab: the run fails because of 2 timers at a.mjs:2, 1 timer at b.mjs:2 in worker.mjs',
  ]);
  expect(linesOf(ran.reports).toSorted()).toEqual([
    '(run): 1 timer at 2',
    '(run): 1 timer at 2',
    '(run): 1 timer at 2',
    '(run): nothing',
    '(run): nothing',
  ]);
});

test.concurrent('clean worker processes leave the run as it is', async () => {
  const files = { 'runner.mjs': forks, 'worker.mjs': forked, 'a.mjs': clean };
  expect(await run(files, { FILES: 'a.mjs a.mjs' })).toMatchObject({
    code: 0,
    stdout: 'all passed\n',
    stderr: '',
  });
});

test.concurrent('each process above the one that leaks fails, and the first one reports it', async () => {
  const ran = await run(
    {
      'runner.mjs': `import { spawn } from 'node:child_process';
      spawn('node middle.mjs; echo middle $?; exit 0', { shell: true, stdio: 'inherit' });`,
      'middle.mjs': forks,
      'worker.mjs': forked,
      'a.mjs': leak,
    },
    { FILES: 'a.mjs' },
  );
  expect(ran).toMatchObject({ code: 1, stdout: 'all passed\nmiddle 1\n' });
  expect(ran.told).toEqual(['leaklab: the run fails because of 1 timer at a.mjs:2 in worker.mjs']);
});

test.concurrent('"children": false leaves it to the program what a leaking child means', async () => {
  const ran = await run(
    {
      'leaklab.json': '{ "children": false }',
      'runner.mjs': forks,
      'worker.mjs': forked,
      'a.mjs': leak,
    },
    { FILES: 'a.mjs' },
  );
  expect(ran).toMatchObject({ code: 0, stdout: 'all passed\n', told: [] });
  expect(linesOf(ran.reports).toSorted()).toEqual(['(run): 1 timer at 2', '(run): nothing']);
});

/** A runner that ends its worker threads as soon as their tests are done. */
const threads = `import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
for (const file of process.env.FILES.split(' ')) {
  const worker = new Worker('./worker.mjs', { argv: [file] });
  await once(worker, 'message');
  console.log(await worker.terminate());
}`;
const threaded = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', () => {});
await import('./' + process.argv[2]);
parentPort.postMessage('done');`;

test.concurrent('a thread reports before terminate() ends it', async () => {
  const files = { 'runner.mjs': threads, 'worker.mjs': threaded, 'a.mjs': leak, 'b.mjs': clean };
  const ran = await run(files, { FILES: 'a.mjs b.mjs' });
  expect(ran).toMatchObject({ code: 1, stdout: '1\n1\n' });
  expect(ran.told).toEqual(['leaklab: the run fails because of 1 timer at a.mjs:2 in worker.mjs']);
  expect(linesOf(ran.reports).toSorted()).toEqual([
    '(run): 1 timer at 2',
    '(run): nothing',
    '(run): nothing',
  ]);
});

test.concurrent('clean threads that are ended leave the run as it is', async () => {
  const files = { 'runner.mjs': threads, 'worker.mjs': threaded, 'a.mjs': clean };
  expect(await run(files, { FILES: 'a.mjs' })).toMatchObject({ code: 0, stdout: '1\n', stderr: '' });
});

test.concurrent('a thread that is ended while it blocks is ended all the same, twice too', async () => {
  const ran = await run({
    // a busy machine takes long to start the thread
    'leaklab.json': '{ "quietAfter": 0 }',
    'runner.mjs': `import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    const worker = new Worker('./worker.mjs');
    await once(worker, 'message');
    console.log(await Promise.all([worker.terminate(), worker.terminate()]), await worker.terminate());`,
    'worker.mjs': `import { parentPort } from 'node:worker_threads';
    parentPort.postMessage('begun');
    for (;;);`,
  });
  expect(ran).toMatchObject({
    code: 0,
    stdout: '[ 1, 1 ] undefined\n',
    stderr: 'leaklab: a thread was too busy to report when terminate() was called, and not checked\n',
  });
});

test.concurrent('what a worker had open when it was last idle is reported if it is killed', async () => {
  const ran = await run({
    'leaklab.json': '{ "quietAfter": 200 }',
    // the worker's account is the only sign that it has been idle for long enough
    'runner.mjs': `import { fork } from 'node:child_process';
    import { once } from 'node:events';
    import { globSync } from 'node:fs';
    const worker = fork('./worker.mjs', ['a.mjs']);
    await once(worker, 'message');
    while (globSync('tmp/**/account.json').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    worker.kill();
    await once(worker, 'exit');
    process.exitCode = 7;`,
    'worker.mjs': forked,
    'a.mjs': leak,
  });
  expect(ran.code).toBe(7);
  expect(ran.told).toEqual([
    'leaklab: ended from outside before a check, idle with 1 timer at a.mjs:2 in worker.mjs',
  ]);
});

test.concurrent('a runner whose workers are not watched fails, and says why', async () => {
  const files = {
    'runner.mjs': forks.replace('[file]', '[file], { env: { PATH: process.env.PATH }, execArgv: [] }'),
    'worker.mjs': forked,
    'a.mjs': leak,
  };
  const ran = await run(files, { FILES: 'a.mjs a.mjs' });
  expect(ran).toMatchObject({
    code: 1,
    stdout: 'all passed\n',
    stderr:
      'leaklab: the run fails because leaklab did not watch its 2 worker processes: they were started without NODE_OPTIONS; pass process.env on\n',
  });
});

test.concurrent('a child process that is no worker may run without leaklab', async () => {
  const ran = await run({
    'runner.mjs': `import { execFileSync } from 'node:child_process';
    console.log(execFileSync(process.execPath, ['-p', '1'], { env: {}, encoding: 'utf8' }));`,
  });
  expect(ran).toMatchObject({ code: 0, stdout: '1\n\n', stderr: '' });
});
