import fs, { lstatSync, mkdtemp, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import * as promised from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, nothing, only, placesIn, type BriefReport } from '../../fixtures/left-by.ts';
import { makePackage } from '../../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);
const parent = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(parent, { recursive: true }));
const prefix = join(parent, 'export-');

/** Returns the report with the random end of each path cut off. */
function withoutEnds(report: BriefReport): BriefReport {
  const leaks = report.leaks.map(({ detail, ...each }) => {
    const path = detail ?? '';
    expect(lstatSync(path).isDirectory()).toBe(true);
    return { ...each, detail: path.slice(0, -6) };
  });
  return { ...report, leaks };
}

const folder = { kind: 'folder', type: 'mkdtemp', detail: prefix } as const;

describe('temporary folders that stay on the disk', () => {
  test('of mkdtempSync, with files in them', async () => {
    function unpack(): void {
      const made = mkdtempSync(prefix); // here: sync
      writeFileSync(join(made, 'rows.csv'), '1,2');
    }
    expect(withoutEnds(await leftBy(unpack))).toEqual(
      only({ ...folder, type: 'mkdtempSync', at: at('sync', 'unpack') }),
    );
  });

  test('of mkdtemp with a callback, twice, one removed', async () => {
    const made: string[] = [];
    async function unpack(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<string>();
      mkdtemp(prefix, (_error, path) => resolve(path)); // here: callback
      made.push(await promise);
    }
    const report = await leftBy(async () => {
      await Promise.all([unpack(), unpack(), unpack()]);
      rmdirSync(made[0] ?? '');
    });
    expect(withoutEnds(report)).toEqual(only({ ...folder, count: 2, at: at('callback', 'unpack') }));
  });

  test('of fs/promises, of a promisified callback, and of a path in bytes', async () => {
    async function unpack(): Promise<void> {
      await promised.mkdtemp(prefix); // here: promised
      await promisify(fs.mkdtemp)(prefix); // here: promisified
      await promised.mkdtemp(prefix, 'buffer'); // here: bytes
    }
    expect(withoutEnds(await leftBy(unpack))).toEqual(
      only(
        { ...folder, at: at('promised', 'unpack') },
        { ...folder, at: at('promisified', 'unpack') },
        { ...folder, at: at('bytes', 'unpack') },
      ),
    );
  });

  test.runIf('mkdtempDisposable' in promised)('of the disposable variants', async () => {
    async function unpack(): Promise<void> {
      fs.mkdtempDisposableSync(prefix); // here: disposable, sync
      await promised.mkdtempDisposable(prefix); // here: disposable
    }
    expect(withoutEnds(await leftBy(unpack))).toEqual(
      only(
        { ...folder, type: 'mkdtempDisposableSync', at: at('disposable, sync', 'unpack') },
        { ...folder, type: 'mkdtempDisposable', at: at('disposable', 'unpack') },
      ),
    );
  });
});

describe('silent about temporary folders', () => {
  test('that were removed, renamed or could not be made', async () => {
    const report = await leftBy(async () => {
      rmSync(mkdtempSync(prefix), { recursive: true });
      await promised.rm(await promised.mkdtemp(prefix), { recursive: true });
      renameSync(mkdtempSync(prefix), join(parent, 'export'));
      expect(() => mkdtempSync(join(parent, 'missing', 'export-'))).toThrow(/ENOENT/);
      await promised.mkdtemp(join(parent, 'missing', 'export-')).catch(doNothing);
    });
    expect(report).toEqual(nothing);
  });

  test.runIf('mkdtempDisposable' in promised)('that were disposed of', async () => {
    const report = await leftBy(async () => {
      fs.mkdtempDisposableSync(prefix)[Symbol.dispose]();
      await (await promised.mkdtempDisposable(prefix)).remove();
    });
    expect(report).toEqual(nothing);
  });

  test('that a listener for the exit may remove, and those of packages', async () => {
    const { spool } = await makePackage<{ spool(at: string): string }>(
      'print-spool',
      `import { mkdtempSync } from 'node:fs';\nexport const spool = (at) => mkdtempSync(at);\n`,
    );
    expect(await leftBy(() => spool(prefix))).toEqual(nothing);
    const made: string[] = [];
    function cleanUp(): void {
      for (const each of made) rmSync(each, { recursive: true });
    }
    onTestFinished(() => void process.off('exit', cleanUp));
    const { leaks } = await leftBy(() => {
      process.on('exit', cleanUp);
      made.push(mkdtempSync(prefix));
    });
    expect(leaks.map(({ kind, detail }) => [kind, detail])).toEqual([['listener', "'exit' of process"]]);
  });
});
