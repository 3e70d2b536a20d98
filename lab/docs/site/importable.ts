import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the source or types of all exports of package.json, by name. */
export function importable(root: string): ReadonlyMap<string, string> {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default?: string }>;
  };
  return new Map(
    Object.entries(exports).flatMap(([key, entry]) => {
      const file = typeof entry === 'string' ? entry : (entry.default ?? '');
      if (!/\.c?js$/.test(file)) return [];
      // a CommonJS file has its types beside it
      const source = file
        .replace('./dist/', '')
        .replace(/\.js$/, '.ts')
        .replace(/\.cjs$/, '.d.cts');
      return [[key.replace('.', name), source]];
    }),
  );
}
