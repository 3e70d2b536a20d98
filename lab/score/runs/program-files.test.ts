import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { inputsOf, siblingsOf } from './program-files.ts';

const folder = tempFolders();

test('imports at run time decide a result; types, packages and texts do not', () => {
  const root = folder({
    'program.ts': `import type { Outcome } from './contract.ts';
import { once } from 'node:events';
import './effect.ts';
import {
  one,
  type Two,
} from './several.ts';
export { three } from './exported.ts';
export type { Four } from './contract.ts';
const text = "import './text.ts';";
`,
    'several.ts': 'import { deep } from "./deep.ts"\n',
    'deep.ts': "import { one } from './several.ts';\n",
    'effect.ts': '',
    'exported.ts': '',
    'contract.ts': '',
    'text.ts': '',
    'neighbour.ts': "import { deep } from './deep.ts';\n",
  });
  const names = (paths: readonly string[]): readonly string[] =>
    paths.map((path) => path.slice(root.length + 1));
  expect(names(siblingsOf(join(root, 'program.ts')))).toEqual(['effect.ts', 'several.ts', 'exported.ts']);
  expect(names(inputsOf(join(root, 'program.ts'), [join(root, 'neighbour.ts')]))).toEqual([
    'program.ts',
    'effect.ts',
    'several.ts',
    'deep.ts',
    'exported.ts',
    'neighbour.ts',
    'deep.ts',
    'several.ts',
  ]);
});
