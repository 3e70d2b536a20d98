import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const watch = pathToFileURL(join(import.meta.dirname, '..', 'fixtures', 'watch.ts')).href;

interface Run {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Run> {
  // the process id differs, and so does a frame that Node adds as soon as async_hooks are used
  const clean = (text: string): string =>
    text
      .replaceAll(/\(node:\d+\)/g, '(node:pid)')
      .replaceAll(/\n {4}at \S+ \(node:internal\/async_hooks:\d+:\d+\)/g, '');
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal) : 0;
      resolve({ code, stdout: clean(stdout), stderr: clean(stderr) });
    });
  });
}

/** Runs a program alone, and expects the same run under the detector. */
async function sameWithDetector(name: string, code: string, ...flags: string[]): Promise<Run> {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  const [bare, light, full] = await Promise.all([
    run([...flags, file]),
    run([...flags, '--import', watch, file]),
    run([...flags, '--import', `${watch}?full`, file]),
  ]);
  expect(light).toEqual(bare);
  expect(full).toEqual(bare);
  return bare;
}

const order = `
const trace = [];
let seed = 7;
let open = 0;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
function schedule(name, depth) {
  trace.push(name);
  for (let i = 0; i < 3 && depth > 0; i += 1) {
    const work = [name + i, depth - 1];
    open += 1;
    switch (random(5)) {
      case 0: process.nextTick(schedule, ...work); break;
      case 1: queueMicrotask(() => schedule(...work)); break;
      case 2: setImmediate(schedule, ...work); break;
      case 3: Promise.resolve(work).then((each) => schedule(...each)); break;
      case 4: (async () => { await null; await undefined; schedule(...work); })(); break;
    }
  }
  open -= 1;
  if (open === 0) setTimers([1, 5, 2]);
}
function setTimers([delay, ...others]) {
  let left = 300;
  for (let i = 0; i < 300 && delay; i += 1) {
    setTimeout(() => {
      trace.push('timer' + i);
      process.nextTick((each) => trace.push(each), 'tick' + i);
      Promise.resolve('then' + i).then((each) => trace.push(each));
      left -= 1;
      if (left === 0) setTimers(others);
    }, delay);
  }
}
open += 1;
setImmediate(() => { schedule('t', 8); schedule('u', 4); });
process.on('exit', () => { console.log(trace.join('\\n')); });
`;

describe('the same as without the detector:', () => {
  test('the order of ten thousand callbacks', async () => {
    const { code, stdout, stderr } = await sameWithDetector('order', order);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').length).toBeGreaterThan(10_000);
  });

  test('an exit code, and what keeps the process alive', async () => {
    const program = `
      void process.stdout, process.stderr;
      console.log(process.getActiveResourcesInfo());
      process.on('beforeExit', () => { console.log('before exit', process.eventNames()); });
      process.on('exit', (code) => { console.log('exit', code); });
      setInterval(() => {}, 1000).unref();
      process.exitCode = 7;`;
    expect((await sameWithDetector('exit-code', program)).code).toBe(7);
    expect((await sameWithDetector('process-exit', 'console.log(1); process.exit(3)')).code).toBe(3);
  });

  test('an uncaught exception', async () => {
    const program = `
      import { EventEmitter } from 'node:events';
      class Bus extends EventEmitter {}
      const bus = new Bus();
      bus.once('message', function onMessage() { throw new RangeError('too late'); });
      setTimeout(() => bus.emit('message'), 5);`;
    const { code, stderr } = await sameWithDetector('uncaught', program);
    expect(code).toBe(1);
    expect(stderr).toContain('RangeError: too late');
  });

  test('an error event without a listener', async () => {
    const program = "import { connect } from 'node:net'; connect(1, '127.0.0.1');";
    expect((await sameWithDetector('error-event', program)).code).toBe(1);
  });

  test('an exception that the program catches at the process', async () => {
    const program = `
      process.on('uncaughtException', (error, origin) => { console.log(error.stack, origin); });
      setImmediate(function tick() { throw new Error('in a turn'); });
      process.nextTick(function tick() { throw new Error('in a tick'); });
      Promise.reject(new Error('in a promise'));`;
    expect((await sameWithDetector('caught', program)).code).toBe(0);
  });

  test('an unhandled rejection', async () => {
    const program = `
      async function inner() { await null; throw new Error('not caught'); }
      async function outer() { await inner(); }
      outer();`;
    const { code, stderr } = await sameWithDetector('rejection', program);
    expect(code).toBe(1);
    expect(stderr).toContain('at async outer');
  });

  test('warnings of rejections that are handled late', async () => {
    const program = `
      const late = Promise.reject(new Error('late'));
      process.on('rejectionHandled', () => { console.log('handled'); });
      process.on('unhandledRejection', (reason) => { console.log(reason.message); });
      setTimeout(() => late.catch(() => console.log('caught')), 10);`;
    expect((await sameWithDetector('late', program)).stdout).toBe('late\ncaught\nhandled\n');
  });

  test('a top level that never goes on', async () => {
    expect((await sameWithDetector('top-level', 'await new Promise(() => {});')).code).toBe(13);
  });

  test('warnings of too many listeners', async () => {
    const program = `
      import { EventEmitter } from 'node:events';
      const bus = new EventEmitter();
      for (let i = 0; i < 12; i += 1) bus.on('message', () => {});
      const signal = new AbortController().signal;
      for (let i = 0; i < 12; i += 1) signal.addEventListener('abort', () => {});`;
    expect((await sameWithDetector('listeners', program)).stderr).toContain('MaxListenersExceededWarning');
  });
});

const usesErrors = `
  const timer = setTimeout(() => {}, 10);
  await null;
  clearTimeout(timer);
  new EventTarget().addEventListener('x', () => {});
  console.log(Object.getOwnPropertyDescriptors(Error), new Error('x').stack);`;

describe('the same as without the detector, where the program changes Error:', () => {
  const changes: Readonly<Record<string, string>> = {
    'limit-of-0': 'Error.stackTraceLimit = 0;',
    'limit-of-100': 'Error.stackTraceLimit = 100;',
    'no-limit': 'delete Error.stackTraceLimit;',
    'limit-is-text': 'Error.stackTraceLimit = "5";',
    'own-format': 'Error.prepareStackTrace = (error, sites) => error + " of " + sites.length;',
    'format-throws': 'Error.prepareStackTrace = () => { throw 5; }; Error.prepareStackTrace = undefined;',
    'fixed-limit': 'Object.defineProperty(Error, "stackTraceLimit", { value: 4, writable: false });',
    frozen: 'Object.freeze(Error);',
  };
  for (const [name, change] of Object.entries(changes)) {
    test(`by ${name.replaceAll('-', ' ')}`, async () => {
      const { code, stderr } = await sameWithDetector(name, `${change}${usesErrors}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });
  }

  test('frozen by Node', async () => {
    const program = "setTimeout(() => {}, 1); console.log('done')";
    const { stdout } = await sameWithDetector('frozen-intrinsics', program, '--frozen-intrinsics');
    expect(stdout).toBe('done\n');
  });
});

describe('the same as without the detector: the stack of an error', () => {
  test('of openSync', async () => {
    const program = `
      import { openSync } from 'node:fs';
      function readSettings() { openSync('/nowhere/settings.json'); }
      try { readSettings(); } catch (error) { console.log(error.stack); }`;
    expect((await sameWithDetector('open-sync', program)).stdout).toContain('at readSettings');
  });

  test('of open of fs/promises', async () => {
    const program = `
      import { open } from 'node:fs/promises';
      async function readSettings() { await open('/nowhere/settings.json'); }
      try { await readSettings(); } catch (error) { console.log(error.stack); }`;
    expect((await sameWithDetector('open', program)).stdout).toContain('at async readSettings');
  });
});

test('the detector watches in the runs above', async () => {
  const program = `
    import { EventEmitter } from 'node:events';
    console.log(Object.getPrototypeOf(EventEmitter.prototype.on) === Function.prototype);`;
  const file = join(folder, 'at-work.mjs');
  writeFileSync(file, program);
  const [bare, watched] = await Promise.all([run([file]), run(['--import', watch, file])]);
  expect([bare.stdout, watched.stdout]).toEqual(['true\n', 'false\n']);
});
