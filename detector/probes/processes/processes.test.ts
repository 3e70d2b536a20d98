import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch, watchFile, unwatchFile } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createGzip } from 'node:zlib';
import { lookup } from 'node:dns/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const waiting = 'process.stdin.resume()';

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('child processes', () => {
  test('a child that still runs, without its pipes', async () => {
    async function startHelper(): Promise<void> {
      const helper = spawn(process.execPath, ['-e', waiting]); // here: helper
      onTestFinished(async () => {
        helper.kill();
        await once(helper, 'close');
      });
      await once(helper, 'spawn');
    }
    expect(await leftBy(startHelper)).toEqual(
      only({ kind: 'process', type: 'PROCESSWRAP', at: at('helper', 'startHelper') }),
    );
  });

  test('a child that was forked, without its channel', async () => {
    const folder = await scratchFolder();
    const program = join(folder, 'program.cjs');
    await writeFile(program, 'process.on("message", () => {})');
    async function startHelper(): Promise<void> {
      const helper = fork(program, { execArgv: [] }); // here: fork
      onTestFinished(async () => {
        helper.kill();
        await once(helper, 'close');
      });
      await once(helper, 'spawn');
    }
    expect(await leftBy(startHelper)).toEqual(
      only({ kind: 'process', type: 'PROCESSWRAP', at: at('fork', 'startHelper') }),
    );
  });

  test('silent about a child that ends', async () => {
    const report = await leftBy(async () => {
      const helper = spawn(process.execPath, ['-e', waiting]);
      helper.stdin.end();
      await once(helper, 'close');
    });
    expect(report).toEqual(nothing);
  });

  test('silent about a child that was killed a moment ago', async () => {
    const report = await leftBy(
      async () => {
        const helper = spawn(process.execPath, ['-e', waiting]);
        await once(helper, 'spawn');
        helper.kill('SIGKILL');
      },
      { budget: 5000 },
    );
    expect(report).toEqual(nothing);
  });
});

describe('workers', () => {
  test('a worker that still runs, without its ports', async () => {
    async function startWorker(): Promise<void> {
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true }); // here: worker
      onTestFinished(async () => {
        await worker.terminate();
      });
      await once(worker, 'online');
    }
    expect(await leftBy(startWorker)).toEqual(
      only({ kind: 'worker', type: 'WORKER', at: at('worker', 'startWorker') }),
    );
  });

  test('silent about a worker that was terminated a moment ago', async () => {
    const report = await leftBy(
      async () => {
        const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
        await once(worker, 'online');
        worker.terminate().catch(doNothing);
      },
      { budget: 5000 },
    );
    expect(report).toEqual(nothing);
  });

  test('silent about a worker that ends by itself', async () => {
    const report = await leftBy(
      async () => {
        await once(new Worker('0', { eval: true }), 'exit');
      },
      { budget: 5000 },
    );
    expect(report).toEqual(nothing);
  });
});

describe('watchers', () => {
  test('of a folder', async () => {
    const folder = await scratchFolder();
    function watchFolder(): void {
      const watcher = watch(folder); // here: folder
      onTestFinished(() => watcher.close());
    }
    expect(await leftBy(watchFolder)).toEqual(
      only({ kind: 'watcher', type: 'FSEVENTWRAP', at: at('folder', 'watchFolder') }),
    );
  });

  test('of a tree, as one', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'a/b'), { recursive: true });
    function watchTree(): void {
      const watcher = watch(folder, { recursive: true }); // here: tree
      onTestFinished(() => watcher.close());
    }
    expect(await leftBy(watchTree)).toEqual(
      only({ kind: 'watcher', type: 'FSEVENTWRAP', at: at('tree', 'watchTree') }),
    );
  });

  test('of a file', async () => {
    const file = join(await scratchFolder(), 'settings.json');
    await writeFile(file, '{}');
    function watchSettings(): void {
      watchFile(file, doNothing); // here: file
      onTestFinished(() => unwatchFile(file));
    }
    expect(await leftBy(watchSettings)).toEqual(
      only({ kind: 'watcher', type: 'STATWATCHER', at: at('file', 'watchSettings') }),
    );
  });

  test('silent about watchers that were closed', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'a/b'), { recursive: true });
    const report = await leftBy(() => {
      watch(folder).close();
      watch(folder, { recursive: true }).close();
      watchFile(folder, doNothing);
      unwatchFile(folder);
    });
    expect(report).toEqual(nothing);
  });
});

describe('compressors', () => {
  test('a compressor that is held and never ended', async () => {
    let held: object | undefined;
    onTestFinished(() => {
      held = undefined;
    });
    function openArchive(): void {
      const gzip = createGzip(); // here: gzip
      gzip.write('x');
      held = gzip;
    }
    expect(await leftBy(openArchive)).toEqual(
      only({ kind: 'stream', type: 'ZLIB', at: at('gzip', 'openArchive') }),
    );
    expect(held).toHaveProperty('destroyed', false);
  });

  test('silent about a compressor that nothing holds, and one that was destroyed', async () => {
    let held: object | undefined;
    const report = await leftBy(() => {
      createGzip();
      held = createGzip().destroy();
    });
    expect(report).toEqual(nothing);
    expect(held).toHaveProperty('destroyed', true);
  });
});

test('silent about a look-up that was answered', async () => {
  const report = await leftBy(async () => {
    await lookup('localhost');
  });
  expect(report).toEqual(nothing);
});
