/** Programs that are hard to watch: each ends as it would alone, and with a report. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { probeNames } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tell = pathToFileURL(join(import.meta.dirname, '..', 'fixtures', 'tell-at-exit.ts')).href;

interface Program {
  readonly what: string;
  readonly source: string;
  /** The lines of the leaks, as `kind at line`. */
  readonly leaks: readonly string[];
  readonly code?: number;
  readonly flags?: readonly string[];
  readonly notJudged?: readonly object[];
  readonly failedProbes?: readonly object[];
}

const poll = 'setInterval(() => {}, 1000).unref();';
const why = "level 'light' took no more stacks; use level 'full' to judge it";

const programs: readonly Program[] = [
  {
    what: 'freezes the prototypes that are watched',
    source: `import { EventEmitter } from 'node:events';
      Object.freeze(EventEmitter.prototype); Object.freeze(EventTarget.prototype); Object.freeze(Promise.prototype);
      ${poll}`,
    leaks: ['1 timer at program.mjs:3'],
  },
  {
    what: 'formats stacks in its own way, and throws while it does',
    source: `Error.prepareStackTrace = () => { throw new Error('no stacks here'); };\n${poll}`,
    leaks: ['1 timer at program.mjs:2'],
  },
  {
    what: 'wants no stacks',
    source: `Error.stackTraceLimit = 0;\n${poll}\nif (Error.stackTraceLimit !== 0) process.exitCode = 9;`,
    leaks: ['1 timer at program.mjs:2'],
  },
  {
    what: 'freezes Error with a limit of 0',
    source: `Error.stackTraceLimit = 0; Object.freeze(Error);\n${poll}`,
    // no stack can be taken, and without one the timer may be Node's own
    leaks: [],
    failedProbes: probeNames.map((probe) => ({ probe, error: 'Error is frozen, so no stack can be read' })),
  },
  {
    what: 'has fake timers',
    source: `const real = { setTimeout, setInterval, setImmediate };
      for (const name of Object.keys(real)) globalThis[name] = () => { throw new Error('the clock stands still'); };
      real.setInterval(() => {}, 1000).unref();`,
    leaks: ['1 timer at program.mjs:3'],
  },
  {
    what: 'patches setTimeout itself',
    source: `const real = setTimeout;
      globalThis.setTimeout = function patched(...args) { return real(...args); };
      setTimeout(() => {}, 60_000).unref();`,
    // the innermost line of the program is that of its patch
    leaks: ['1 timer at program.mjs:2'],
  },
  {
    what: 'hands out proxies that refuse to be asked',
    source: `import { EventEmitter } from 'node:events';
      const refuse = new Proxy({}, { get() { throw new Error('refused'); } });
      const bus = new Proxy(new EventEmitter(), {
        get(target, name, receiver) {
          if (name === 'constructor') throw new Error('refused');
          return Reflect.get(target, name, receiver);
        } });
      bus.on('message', () => {});
      const { proxy, revoke } = Proxy.revocable(new EventTarget(), {});
      EventTarget.prototype.addEventListener.call(new EventTarget(), 'x', { handleEvent: refuse });
      revoke();
      globalThis.kept = [bus, proxy];
      ${poll}`,
    leaks: ['1 timer at program.mjs:13'],
  },
  {
    what: 'overflows its stack',
    source: `function deeper(n) { return deeper(n + 1) + 1; }
      try { deeper(0); } catch (error) { if (!(error instanceof RangeError)) process.exitCode = 9; }
      (function down() { try { down(); } catch { process.exitCode = 0; } })();
      ${poll}`,
    leaks: ['1 timer at program.mjs:4'],
  },
  {
    what: 'overflows its stack in an async function',
    source: `async function deeper(n) { return (await deeper(n + 1)) + 1; }
      await deeper(0).catch((error) => { if (!(error instanceof RangeError)) process.exitCode = 9; });
      ${poll}`,
    leaks: ['1 timer at program.mjs:3'],
    notJudged: [{ type: 'async function', why }],
  },
  {
    what: 'exits in a finally',
    source: `try { ${poll} throw new Error('never seen'); } finally { process.exit(4); }`,
    code: 4,
    leaks: ['1 timer at program.mjs:1'],
  },
  {
    what: 'has a source map that lies',
    source: `${poll}\n//# sourceMappingURL=data:application/json,${encodeURIComponent(
      JSON.stringify({ version: 3, sources: ['/nowhere/moon.ts'], names: [], mappings: 'AA+/////D' }),
    )}`,
    flags: ['--enable-source-maps'],
    leaks: ['1 timer at program.mjs:1'],
  },
  {
    what: 'makes a million timers, and ends all but one',
    source: `const timers = [];
      for (let i = 0; i < 1e6; i += 1) timers.push(setTimeout(() => {}, 60_000));
      for (const timer of timers.slice(1)) clearTimeout(timer);
      timers[0].unref();`,
    leaks: ['1 timer at program.mjs:2'],
  },
  {
    what: 'has a child that runs out of memory',
    source: `import { spawn } from 'node:child_process';
      import { once } from 'node:events';
      const hoard = 'const all = []; for (;;) all.push(new Array(1000).fill(all.length));';
      const child = spawn(process.execPath, ['--max-old-space-size=20', '-e', hoard], { stdio: 'ignore' });
      const [code, signal] = await once(child, 'exit');
      if (code === 0) process.exitCode = 9;
      ${poll}`,
    leaks: ['1 timer at program.mjs:7'],
  },
];

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    // where an abort leaves a core file, it leaves it there
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
    });
  });
}

describe.concurrent('a program that', () => {
  test.each(programs)('$what', async ({ source, code = 0, flags = [], leaks, ...others }) => {
    const file = join(mkdtempSync(join(folder, 'p-')), 'program.mjs');
    writeFileSync(file, source);
    const [bare, watched] = await Promise.all([
      run([...flags, file]),
      run([...flags, '--import', tell, file]),
    ]);
    expect(bare).toEqual({ code, stdout: '', stderr: bare.stderr });
    const { notJudged = [], failedProbes = [] } = others;
    expect(watched).toEqual({
      ...bare,
      stdout: `${JSON.stringify({ leaks, notJudged, failedProbes })}\n`,
    });
  });
});

test('a program that runs out of memory itself ends as it would alone', async () => {
  const file = join(mkdtempSync(join(folder, 'p-')), 'program.mjs');
  writeFileSync(file, `${poll}\nconst all = [];\nfor (;;) all.push(new Array(1000).fill(all.length));`);
  const flags = ['--max-old-space-size=32'];
  const ended = await Promise.all([run([...flags, file]), run([...flags, '--import', tell, file])]);
  // addresses and times of the collector differ; an aborted process cannot report
  const outOfMemory = expect.stringContaining('JavaScript heap out of memory') as string;
  const aborted = { code: 'SIGABRT', stdout: '', stderr: outOfMemory };
  expect(ended).toEqual([aborted, aborted]);
});

test('all programs have run', () => {
  expect(programs).toHaveLength(13);
});
