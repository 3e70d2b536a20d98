import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshot, type Report } from '../../index.ts';
import { budget, doNothing, leftBy, nothing, placesIn, brief } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

/** The values that the program still holds, so that a wait for one may end. */
const kept = new Set<unknown>();

function keep(value: unknown): void {
  kept.add(value);
  onTestFinished(() => {
    kept.delete(value);
  });
}

/** Makes a package of one function, or a module of the program in another folder. */
async function makePackage<Name extends string>(
  name: Name,
  source: string,
  under = 'node_modules',
): Promise<Record<Name, (value?: unknown) => Promise<unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const home = join(folder, under, name);
  await mkdir(home, { recursive: true });
  const file = join(home, 'index.mjs');
  await writeFile(file, source);
  return (await import(pathToFileURL(file).href)) as Record<Name, (value?: unknown) => Promise<unknown>>;
}

describe('silent about', () => {
  test('a wait that ends within the budget', async () => {
    const report = await leftBy(() => {
      void (async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
      })();
    });
    expect(report).toEqual(nothing);
  });

  test('the loser of a race', async () => {
    const report = await leftBy(async () => {
      await Promise.race([new Promise<void>(doNothing), Promise.resolve()]);
    });
    expect(report).toEqual(nothing);
  });

  test('a promise without an await', async () => {
    const report = await leftBy(() => {
      keep(new Promise<void>(doNothing));
      keep(new Promise<void>(doNothing).then(doNothing));
      keep(Promise.all([new Promise<void>(doNothing), Promise.resolve()]));
    });
    expect(report).toEqual(nothing);
  });

  test('functions of Node that wait', async () => {
    const stream = new PassThrough();
    const report = await leftBy(() => {
      keep(once(new EventEmitter(), 'never'));
      keep(finished(stream));
    });
    expect(report).toEqual(nothing);
  });

  test('functions of a package that wait', async () => {
    const { take } = await makePackage(
      'take',
      'export async function take() { await new Promise(() => {}); }\n',
    );
    expect(await leftBy(() => void take())).toEqual(nothing);

    async function takeOne(): Promise<void> {
      await take(); // here: package
    }
    const { leaks } = await leftBy(() => void takeOne());
    expect(leaks.map(({ at: place, kind }) => ({ kind, at: place }))).toEqual([
      { kind: 'await', at: at('package', 'takeOne') },
    ]);
  });

  test('a function that waits for the check, directly or through another', async () => {
    async function check(): Promise<Report> {
      await using scope = snapshot({ budget });
      return await scope.find();
    }
    async function checkTwice(): Promise<Report> {
      await check();
      return check();
    }
    expect(brief(await checkTwice())).toEqual(nothing);
  });

  test('a function that waits for the check while another scope is open', async () => {
    const outer = snapshot({ name: 'outer', budget });
    onTestFinished(() => outer.dispose());
    async function check(): Promise<Report> {
      const scope = snapshot({ budget });
      const report = await scope.find();
      scope.dispose();
      return report;
    }
    expect(brief(await check())).toEqual(nothing);
  });

  test('a function that waits for the check through a package', async () => {
    const { hold } = await makePackage('hold', 'export async function hold(value) { return await value; }\n');
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    expect(brief((await hold(scope.find())) as Report)).toEqual(nothing);
  });

  test('a function that waits for the check beside something else', async () => {
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    const [report] = await Promise.all([scope.find(), Promise.resolve()]);
    expect(brief(report)).toEqual(nothing);
  });
});

describe('a promise that never settles', () => {
  test('written so in a test file: a note, no leak', async () => {
    async function hang(): Promise<void> {
      await new Promise(() => {});
    }
    const { leaks, ignored } = await leftBy(() => void hang());
    expect(leaks).toEqual([]);
    expect(ignored.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['await', 'a promise written never to settle, in a test file'],
    ]);
  });

  test('given by a test file to the code under test: a note, no leak', async () => {
    const source = 'export async function prepare(hook) { await hook(); }';
    const { prepare } = await makePackage('prepare', source, 'src');
    const { leaks, ignored } = await leftBy(() => {
      void prepare(
        () =>
          new Promise(() => {
            /* prepares for ever */
          }),
      );
    });
    expect(leaks).toEqual([]);
    expect(ignored.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['await', 'a promise written never to settle, in a test file'],
    ]);
    const forgotten = await leftBy(() => {
      void prepare(async () => new Promise((_resolve) => {}));
    });
    expect(forgotten.leaks).toHaveLength(1);
  });

  test('with a parameter that could settle it, or handed on: a leak', async () => {
    async function forget(): Promise<void> {
      await new Promise((_resolve) => {});
    }
    async function waitFor(work: Promise<unknown>): Promise<void> {
      await work;
    }
    expect((await leftBy(() => void forget())).leaks).toHaveLength(1);
    expect((await leftBy(() => void waitFor(new Promise(() => {})))).leaks).toHaveLength(1);
  });
});
