import { once } from 'node:events';
import fs, {
  close,
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  open as openWithCallback,
  openSync,
  rmSync,
  writeFileSync,
  type PathLike,
} from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { budget, leftBy, nothing, only, placesIn, brief } from '../../fixtures/left-by.ts';
import { snapshot } from '../../index.ts';

const at = placesIn(import.meta.filename);

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  file = join(folder, 'ledger.txt');
  writeFileSync(file, 'x'.repeat(1024 * 1024));
});
afterAll(() => rmSync(folder, { recursive: true }));

function closeAfterTest(fd: number): void {
  onTestFinished(() => closeSync(fd));
}

describe('descriptors that stay open', () => {
  test('of openSync', async () => {
    function openLedger(): void {
      const fd = openSync(file, 'r'); // here: openSync
      closeAfterTest(fd);
    }
    expect(await leftBy(openLedger, { level: 'full' })).toEqual(
      only({ kind: 'fd', type: 'fs.openSync', at: at('openSync', 'openLedger'), detail: file }),
    );
  });

  test('of openSync of the default export', async () => {
    function openLedger(): void {
      const fd = fs.openSync(file, 'r'); // here: fs.openSync
      closeAfterTest(fd);
    }
    expect(await leftBy(openLedger, { level: 'full' })).toEqual(
      only({ kind: 'fd', type: 'fs.openSync', at: at('fs.openSync', 'openLedger'), detail: file }),
    );
  });

  test('of open with a callback, with and without flags', async () => {
    async function openLedger(): Promise<void> {
      const opened = Promise.withResolvers<number>();
      const again = Promise.withResolvers<number>();
      openWithCallback(file, (_error, fd) => opened.resolve(fd)); // here: open
      openWithCallback(file, 'r', 0o666, (_error, fd) => again.resolve(fd)); // here: open with flags
      closeAfterTest(await opened.promise);
      closeAfterTest(await again.promise);
    }
    const { leaks } = await leftBy(openLedger, { level: 'full' });
    expect(leaks.toSorted((a, b) => a.at.localeCompare(b.at))).toEqual(
      only(
        { kind: 'fd', type: 'fs.open', at: at('open', 'openLedger'), detail: file },
        { kind: 'fd', type: 'fs.open', at: at('open with flags', 'openLedger'), detail: file },
      ).leaks,
    );
  });

  test('of open, promisified', async () => {
    const openPromised = promisify<PathLike, number>(openWithCallback);
    async function openLedger(): Promise<void> {
      closeAfterTest(await openPromised(file)); // a function that was taken before the probes began has no line
      closeAfterTest(await promisify<PathLike, number>(fs.open)(file)); // here: promisified
    }
    const { leaks } = await leftBy(openLedger, { level: 'full' });
    expect(leaks).toEqual(
      only(
        { kind: 'fd', type: 'fs.open', at: at('promisified', 'openLedger'), detail: file },
        { kind: 'fd', type: 'descriptor', at: 'unknown', detail: file },
      ).leaks,
    );
  });

  test('three of one line', async () => {
    function openAll(): void {
      for (let index = 0; index < 3; index += 1) closeAfterTest(openSync(file, 'r')); // here: three
    }
    expect(await leftBy(openAll)).toEqual(
      only({ kind: 'fd', type: 'fs.openSync', count: 3, at: at('three', 'openAll'), detail: file }),
    );
  });

  test('of a FileHandle that is held', async () => {
    const kept: { fd: number }[] = [];
    async function openLedger(): Promise<void> {
      const handle = await open(file); // here: handle
      onTestFinished(async () => handle.close());
      kept.push(handle);
    }
    expect(await leftBy(openLedger, { level: 'full' })).toEqual(
      only({ kind: 'fd', type: 'FileHandle', at: at('handle', 'openLedger'), detail: file }),
    );
    expect(kept).toHaveLength(1);
  });

  test('of a FileHandle that was forgotten: no collection closes it while the probe runs', async () => {
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    async function forgetLedger(): Promise<WeakRef<FileHandle>> {
      return new WeakRef(await open(file)); // here: forgotten
    }
    const weak = await scope.run(forgetLedger);
    expect(brief(await scope.find())).toEqual(
      only({ kind: 'fd', type: 'FileHandle', at: at('forgotten', 'forgetLedger'), detail: file }),
    );
    await weak.deref()?.close();
    expect(brief(await scope.find())).toEqual(nothing);
  });

  test('of a read stream that is not read', async () => {
    async function startReading(): Promise<void> {
      const stream = createReadStream(file); // here: read stream
      onTestFinished(async () => {
        stream.destroy();
        await once(stream, 'close');
      });
      await once(stream, 'open');
    }
    expect(await leftBy(startReading)).toEqual(
      only({ kind: 'fd', type: 'fs.open', at: at('read stream', 'startReading'), detail: file }),
    );
  });

  test('of a read stream that is not open yet when the check begins', async () => {
    function startReading(): void {
      const stream = createReadStream(file); // here: opening
      onTestFinished(async () => {
        stream.destroy();
        await once(stream, 'close');
      });
    }
    expect(await leftBy(startReading)).toEqual(
      only({ kind: 'fd', type: 'fs.open', at: at('opening', 'startReading'), detail: file }),
    );
  });

  test('of a write stream that was not ended', async () => {
    const log = join(folder, 'log.txt');
    async function startLog(): Promise<void> {
      const stream = createWriteStream(log); // here: write stream
      onTestFinished(async () => {
        stream.destroy();
        await once(stream, 'close');
      });
      stream.write('started\n');
      await once(stream, 'open');
    }
    expect(await leftBy(startLog)).toEqual(
      only({ kind: 'fd', type: 'fs.open', at: at('write stream', 'startLog'), detail: log }),
    );
  });
});

describe('silent about', () => {
  test('what was closed', async () => {
    const report = await leftBy(async () => {
      closeSync(openSync(file, 'r'));
      await promisify(close)(await promisify<PathLike, number>(openWithCallback)(file));
      await (await open(file)).close();
    });
    expect(report).toEqual(nothing);
  });

  test('what is being closed', async () => {
    const report = await leftBy(async () => {
      createReadStream(file).destroy();
      close(openSync(file, 'r'));
      void (await open(file)).close();
    });
    expect(report).toEqual(nothing);
  });

  test('streams that were read or written to the end', async () => {
    const report = await leftBy(async () => {
      await finished(createReadStream(file).resume());
      const log = createWriteStream(join(folder, 'other.txt'));
      log.end('x');
      await finished(log);
      await readFile(file);
    });
    expect(report).toEqual(nothing);
  });

  test('what could not be opened', async () => {
    const report = await leftBy(async () => {
      expect(() => openSync(join(folder, 'missing'), 'r')).toThrow(/ENOENT/);
      await open(join(folder, 'missing')).catch(() => {});
      await once(createReadStream(join(folder, 'missing')), 'error');
    });
    expect(report).toEqual(nothing);
  });

  test('a number that was closed and now stands for a file opened before the scope', async () => {
    const older = openSync(file, 'r');
    closeAfterTest(older);
    expect(await leftBy(() => closeSync(openSync(file, 'r')))).toEqual(nothing);
  });
});
