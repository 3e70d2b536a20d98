import fs, {
  closeSync,
  mkdtempSync,
  opendir,
  opendirSync,
  openSync,
  rmSync,
  writeFileSync,
  type Dir,
} from 'node:fs';
import { opendir as opendirPromised } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), name);
});
afterAll(() => rmSync(folder, { recursive: true }));

function closeAfterTest(directory: Dir): void {
  onTestFinished(() => directory.closeSync());
}

describe('folders that stay open', () => {
  test('of opendirSync', async () => {
    function startListing(): void {
      closeAfterTest(opendirSync(folder)); // here: sync
    }
    expect(await leftBy(startListing)).toEqual(
      only({ kind: 'fd', type: 'Dir', at: at('sync', 'startListing'), detail: folder }),
    );
  });

  test('of opendir of fs/promises, read by hand', async () => {
    async function startListing(): Promise<void> {
      const directory = await opendirPromised(folder); // here: promised
      closeAfterTest(directory);
      await directory.read();
    }
    expect(await leftBy(startListing)).toEqual(
      only({ kind: 'fd', type: 'Dir', at: at('promised', 'startListing'), detail: folder }),
    );
  });

  test('of opendir with a callback, three times', async () => {
    async function openOne(): Promise<void> {
      const opened = Promise.withResolvers<Dir>();
      opendir(folder, (_error, directory) => opened.resolve(directory)); // here: callback
      closeAfterTest(await opened.promise);
    }
    expect(await leftBy(async () => Promise.all([openOne(), openOne(), openOne()]))).toEqual(
      only({ kind: 'fd', type: 'Dir', count: 3, at: at('callback', 'openOne'), detail: folder }),
    );
  });

  test('whose object was dropped: no collection closes it while the probe runs', async () => {
    const weak: WeakRef<Dir>[] = [];
    onTestFinished(() => weak[0]?.deref()?.closeSync());
    function forget(): void {
      weak.push(new WeakRef(opendirSync(folder))); // here: forgotten
    }
    expect(await leftBy(forget)).toEqual(
      only({ kind: 'fd', type: 'Dir', at: at('forgotten', 'forget'), detail: folder }),
    );
  });
});

describe('silent about folders', () => {
  test('that were closed, or read to their end, or left by break', async () => {
    const report = await leftBy(async () => {
      opendirSync(folder).closeSync();
      await (await opendirPromised(folder)).close();
      await (await promisify(fs.opendir)(folder)).close();
      for await (const _ of await opendirPromised(folder));
      for await (const _ of await opendirPromised(folder)) break;
    });
    expect(report).toEqual(nothing);
  });

  test('that could not be opened', async () => {
    const report = await leftBy(async () => {
      expect(() => opendirSync(join(folder, 'missing'))).toThrow(/ENOENT/);
      await opendirPromised(join(folder, 'missing')).catch(() => {});
    });
    expect(report).toEqual(nothing);
  });

  test('that were closed, while something older has a descriptor for the same path', async () => {
    const older = openSync(folder, 'r');
    onTestFinished(() => closeSync(older));
    expect(await leftBy(() => opendirSync(folder).closeSync())).toEqual(nothing);
  });
});
