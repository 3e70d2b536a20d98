import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Map, Set, WeakRef } from './intrinsics.ts';

const collections = ['FinalizationRegistry', 'Map', 'Set', 'WeakMap', 'WeakRef', 'WeakSet'];

/** Returns the collections of a file that are not taken at load. */
function live(source: string): string[] {
  const taken = /import \{([^}]*)\} from '[^']*intrinsics\.ts'/.exec(source)?.[1]?.split(',') ?? [];
  const names = new globalThis.Set(taken.map((each) => each.trim()));
  return collections.filter((name) => new RegExp(`\\bnew ${name}\\b`).test(source) && !names.has(name));
}

test('code that hooks may run takes its collections at load', () => {
  const folder = join(import.meta.dirname, '..');
  const files = globSync('{engine,origin,probes}/**/*.ts', { cwd: folder }).filter(
    (file) => !/\.test\.ts$|fixtures|intrinsics\.ts$/.test(file),
  );
  expect(files.length).toBeGreaterThan(40);
  const offenders = files.filter((file) => live(readFileSync(join(folder, file), 'utf8')).length > 0);
  expect(offenders).toEqual([]);
});

test('the search finds a collection that is not taken', () => {
  expect(live("import { Set } from './intrinsics.ts';\nnew Set(); new Map<string, number>();")).toEqual([
    'Map',
  ]);
});

test('collections work while the methods of the language are gone', () => {
  const { add } = globalThis.Set.prototype;
  const { deref } = globalThis.WeakRef.prototype;
  Reflect.deleteProperty(globalThis.Set.prototype, 'add');
  Reflect.deleteProperty(globalThis.WeakRef.prototype, 'deref');
  try {
    const held = { name: 'held' };
    expect(new Set<number>().add(1).has(1)).toBe(true);
    expect(new Map([['a', 1]]).get('a')).toBe(1);
    expect(new WeakRef(held).deref()).toBe(held);
  } finally {
    Object.defineProperty(globalThis.Set.prototype, 'add', {
      value: add,
      writable: true,
      configurable: true,
    });
    Object.defineProperty(globalThis.WeakRef.prototype, 'deref', {
      value: deref,
      writable: true,
      configurable: true,
    });
  }
});
