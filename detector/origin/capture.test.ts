import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { hideFolder, type Frame } from './frame.ts';
import { Capture, sameLine, siteOf } from './capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = readFileSync(import.meta.filename, 'utf8').split('\n');

/** Returns the site of an expression on the line that ends in a marker. */
function siteAt(marker: string, expression: string, functionName: string): object {
  const index = lines.findIndex((line) => line.endsWith(`// here: ${marker}`));
  const text = lines[index] ?? '';
  return {
    file: import.meta.filename,
    line: index + 1,
    column: text.indexOf(expression) + 1,
    function: functionName,
  };
}

const own = (capture: Capture): readonly Frame[] =>
  capture.frames.filter(({ file }) => file === import.meta.filename);

type Caller = <Result>(work: () => Result) => Result;

/** Makes a package of a name whose module calls the function that it is given. */
async function callThroughPackage(name: string): Promise<{ call: Caller; file: string }> {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const file = join(home, 'index.mjs');
  writeFileSync(file, 'export function call(work) {\n  return work();\n}\n');
  const { call } = (await import(pathToFileURL(file).href)) as { call: Caller };
  return { call, file };
}

function take(depth = 30): Capture {
  return new Capture(depth); // here: take
}
const here = siteAt('take', 'new Capture', 'take');

describe('frames', () => {
  test('innermost first, each with its place in the source', () => {
    function outer(): Capture {
      return take(); // here: outer
    }
    const frames = own(outer());
    expect(frames.slice(0, 2).map(siteOf)).toEqual([here, siteAt('outer', 'take', 'outer')]);
    expect(frames[0]?.text).toBe(
      `take (${import.meta.filename}:${siteOf(frames[0] as Frame).line}:${siteOf(frames[0] as Frame).column})`,
    );
    expect(frames.slice(0, 2).map(({ author, isAsync }) => ({ author, isAsync }))).toEqual([
      { author: 'user', isAsync: false },
      { author: 'user', isAsync: false },
    ]);
  });

  test('of suspended callers are marked', async () => {
    async function inner(): Promise<Capture> {
      await Promise.resolve();
      return take();
    }
    async function outer(): Promise<Capture> {
      return await inner(); // here: suspended
    }
    const [first, second, third] = own(await outer());
    expect([first, second, third].map((frame) => frame && [frame.function, frame.isAsync])).toEqual([
      ['take', false],
      ['inner', false],
      ['outer', true],
    ]);
    expect(third && siteOf(third)).toEqual(siteAt('suspended', 'await', 'outer'));
    expect(third?.text.startsWith('async outer (')).toBe(true);
  });

  test('of built-in functions are written as V8 writes them', () => {
    const [taken] = [0].map(() => take());
    const map = taken?.frames.find(({ author }) => author === 'engine');
    expect(map?.text).toBe('map (<anonymous>)');
  });

  test('as many as were asked for', () => {
    expect(take(1).frames.map(siteOf)).toEqual([here]);
    expect(take(0).frames).toEqual([]);
  });

  test('are read once', () => {
    const capture = take();
    expect(capture.frames).toBe(capture.frames);
  });

  test('begin below the function that was named', () => {
    function probe(): Capture {
      return new Capture(30, undefined, probe);
    }
    function user(): Capture {
      return probe(); // here: user
    }
    expect(own(user()).slice(0, 1).map(siteOf)).toEqual([siteAt('user', 'probe', 'user')]);
  });

  test('of one function have one functionId, those of two have two', () => {
    const twice = (): [Capture, Capture] => {
      const first = take();
      return [first, take()];
    };
    const [first, second] = twice().map((capture) => own(capture).map(({ functionId }) => functionId));
    expect(first?.slice(0, 2)).toEqual(second?.slice(0, 2));
    expect(new Set(first?.slice(0, 2)).size).toBe(2);
  });

  test('where none is the user’s, are followed by those of the cause', () => {
    const cause = take();
    const bare = new Capture(0, cause);
    expect(bare.frames).toEqual(cause.frames);
    expect(bare.site && siteOf(bare.site)).toEqual(here);
    expect(own(new Capture(1, cause))).toHaveLength(1);
  });
});

test('a stack keeps its own cause, however long the chain before it', () => {
  function callLast(chain: Capture): Capture {
    return new Capture(3, chain); // here: last
  }
  let chain = new Capture(3);
  for (let link = 0; link < 200; link += 1) {
    const last = callLast(chain);
    const bare = new Capture(0, last);
    expect(bare.site?.function).toBe('callLast');
    chain = last;
  }
});

test('a stream that pumps itself on through a package keeps the line that began it, and its stack stays short', async () => {
  const { call } = await callThroughPackage('shop-pump');
  const began = take();
  let turn = began;
  // 16,000 reads, as of a copy of 1 GiB; on stacks of a package alone
  for (let read = 0; read < 16_000; read += 1) turn = inPackageAlone(call, turn);
  expect(turn.site && siteOf(turn.site)).toEqual(here);
  expect(turn.frames.length).toBeLessThan(200);
});

/** Takes a stack that keeps only the package's frame. */
function inPackageAlone(call: (work: () => Capture) => Capture, cause: Capture): Capture {
  return call(function below() {
    return new Capture(1, cause, below);
  });
}

describe('the site', () => {
  test("is the user's line, though a package made the call", async () => {
    const { call, file } = await callThroughPackage('shop-timers');
    const capture = call(() => take());
    expect(capture.site && siteOf(capture.site)).toEqual(here);
    const inPackage = capture.frames.find((frame) => frame.file === file);
    expect(inPackage && { ...siteOf(inPackage), author: inPackage.author }).toEqual({
      file,
      line: 2,
      column: 10,
      function: 'call',
      author: 'package',
    });
  });

  test("is the package's line if there is none of the user", async () => {
    const home = join(folder, 'node_modules', '@shop', 'clock');
    mkdirSync(home, { recursive: true });
    const file = join(home, 'index.mjs');
    writeFileSync(file, 'export const take = (Capture) => new Capture(1);\n');
    const module = (await import(pathToFileURL(file).href)) as { take(made: typeof Capture): Capture };
    const { site, caller, innermost } = module.take(Capture);
    expect(site && siteOf(site)).toEqual({ file, line: 1, column: 34, function: 'take' });
    expect({ caller, innermost }).toEqual({ caller: site, innermost: 'package' });
  });

  test('is no frame of the engine or of Node, which name the API', async () => {
    const [capture] = [1].map(() => take());
    expect(capture?.apiFiles).toEqual([]);
    const byNode = await new Promise<Capture>((resolve) => {
      new EventTarget().dispatchEvent(new Event('none'));
      const target = new EventTarget();
      target.addEventListener('now', function listen() {
        resolve(new Capture(30, undefined, listen));
      });
      target.dispatchEvent(new Event('now'));
    });
    expect(byNode.apiFiles.length).toBeGreaterThan(0);
    expect([...new Set(byNode.apiFiles)]).toEqual(['node:internal/event_target']);
    expect(byNode.innermost).toBe('node');
    expect(byNode.caller?.file).toBe(import.meta.filename);
    expect(byNode.isOfTheTool).toBe(false);
  });

  test('is in no file of a hidden folder, whose own stacks are the tool’s', async () => {
    const home = join(folder, 'runner');
    mkdirSync(home);
    writeFileSync(
      join(home, 'index.mjs'),
      'export const call = (work) => work();\nexport const take = (Capture) => new Capture(30);\n',
    );
    hideFolder(home);
    const runner = (await import(pathToFileURL(join(home, 'index.mjs')).href)) as {
      call: Caller;
      take(made: typeof Capture): Capture;
    };
    const users = runner.call(() => take());
    expect(users.frames.filter(({ file }) => file.startsWith(home))).toEqual([]);
    expect(users.isOfTheTool).toBe(false);
    const tools = runner.take(Capture);
    expect(tools.frames.filter(({ file }) => file.startsWith(home))).toEqual([]);
    expect({ isOfTheTool: tools.isOfTheTool, innermost: tools.innermost }).toEqual({
      isOfTheTool: true,
      innermost: 'tool',
    });
  });
});

describe('leaves no trace', () => {
  test('of the limit and the formatting function', () => {
    const { prepareStackTrace: before } = Error;
    onTestFinished(() => {
      Error.prepareStackTrace = before;
      Error.stackTraceLimit = 10;
    });
    const mine: typeof Error.prepareStackTrace = () => 'mine';
    Error.prepareStackTrace = mine;
    Error.stackTraceLimit = 3;
    void take().frames;
    expect(Error.prepareStackTrace).toBe(mine);
    expect(Error.stackTraceLimit).toBe(3);
    expect(new Error().stack).toBe('mine');
  });

  test('also with a formatting function that throws, and a limit of 0', () => {
    const { prepareStackTrace: before } = Error;
    onTestFinished(() => {
      Error.prepareStackTrace = before;
      Error.stackTraceLimit = 10;
    });
    Error.stackTraceLimit = 0;
    Error.prepareStackTrace = () => {
      throw new Error('no');
    };
    expect(take().frames[0]?.function).toBe('take');
    expect(Error.stackTraceLimit).toBe(0);
  });
});

test('through a source map, where Node reads them', async () => {
  const map = { version: 3, sources: ['./page.ts'], names: [], mappings: ';;;;AACA' };
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  const program = join(folder, 'page.mjs');
  const source = pathToFileURL(join(import.meta.dirname, 'capture.ts')).href;
  const text = [
    `import { Capture, siteOf } from "${source}";`,
    '',
    '',
    '',
    'console.log(JSON.stringify(siteOf(take())));',
    'function take() { return new Capture(9).site; }',
    // split, or it would be taken for the map of this file
    ['//#', `sourceMappingURL=data:application/json;base64,${encoded}`].join(' '),
  ];
  writeFileSync(program, text.join('\n'));
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--enable-source-maps', program]);
  expect(JSON.parse(stdout)).toMatchObject({ file: join(folder, 'page.ts'), line: 2, function: 'take' });
});

test('sameLine', () => {
  const site = { file: '/a.ts', line: 3, column: 1, function: 'f' };
  expect([
    sameLine(site, { ...site, column: 9, function: 'g' }),
    sameLine(site, { ...site, line: 4 }),
    sameLine(site, { ...site, file: '/b.ts' }),
  ]).toEqual([true, false, false]);
});
