import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { collectGarbage } from '../../engine/gc.ts';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';
import { nextTurn } from '../../engine/settle.ts';

const at = placesIn(import.meta.filename);

let folder: string;
let location: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  location = join(folder, 'shop.db');
});
afterAll(() => rmSync(folder, { recursive: true }));

// the module must load while the probe runs: this file does not import it at the top
test('a database that stays open is one finding with its line, also while it has a journal', async () => {
  async function openShop(): Promise<void> {
    const { DatabaseSync } = await import('node:sqlite');
    const shop = new DatabaseSync(location); // here: open
    onTestFinished(() => shop.close());
    shop.exec('pragma journal_mode = wal; create table orders (item text)');
  }
  expect(await leftBy(openShop)).toEqual(
    only({ kind: 'fd', type: 'DatabaseSync', at: at('open', 'openShop'), detail: location }),
  );
});

test('a database that is opened later is reported at that line', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const shop = new DatabaseSync(location, { open: false });
  onTestFinished(() => shop.close());
  const report = await leftBy(function openLater() {
    shop.open(); // here: later
  });
  expect(report).toEqual(
    only({ kind: 'fd', type: 'DatabaseSync', at: at('later', 'openLater'), detail: location }),
  );
});

test('silent about a database that was closed, is in memory, or is older', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const older = new DatabaseSync(location);
  onTestFinished(() => older.close());
  const report = await leftBy(async () => {
    const sqlite = await import('node:sqlite');
    new sqlite.DatabaseSync(location).close();
    expect(new sqlite.DatabaseSync(':memory:')).toBeInstanceOf(DatabaseSync);
    expect(older.prepare('select 1 as one').get()).toEqual({ one: 1 });
  });
  expect(report).toEqual(nothing);
});

test('an error of the constructor, and a class that inherits, are as without the probe', async () => {
  const report = await leftBy(async () => {
    const { DatabaseSync } = await import('node:sqlite');
    expect(() => new DatabaseSync(join(folder, 'none', 'shop.db'))).toThrow(/unable to open database file/);
    class Shop extends DatabaseSync {}
    const shop = new Shop(location);
    expect(shop).toBeInstanceOf(Shop);
    expect(DatabaseSync.name).toBe('DatabaseSync');
    shop.close();
  });
  expect(report).toEqual(nothing);
});

test('a class that was imported in an earlier scope is watched in this one', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  function openShop(): void {
    const shop = new DatabaseSync(location); // here: again
    onTestFinished(() => shop.close());
  }
  expect(await leftBy(openShop)).toEqual(
    only({ kind: 'fd', type: 'DatabaseSync', at: at('again', 'openShop'), detail: location }),
  );
});

test('between scopes nothing holds the databases that the class makes', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const open = (): WeakRef<object> => new WeakRef(new DatabaseSync(location));
  const shop = open();
  await nextTurn();
  collectGarbage();
  expect(shop.deref()).toBe(undefined);
});
