import { expect, it } from 'vitest';
import { instrument } from './instrument.ts';

const replaced = { 'node:fs': 'file:///shims/fs.ts' };

it.each([
  ['a wait', `await ready;`, `await leaklabEntered(ready, "a.ts:1");`],
  [
    'a wait inside another',
    `const page = await load(\n  await find(name), // LEAK: await\n);`,
    `const page = await leaklabEntered(load(\n  await leaklabEntered(find(name), "a.ts:2"), // LEAK: await\n), "a.ts:1");`,
  ],
  ['waits in a row', `await await x;`, `await leaklabEntered(await leaklabEntered(x, "a.ts:1"), "a.ts:1");`],
  [
    'a loop, whose body waits too',
    `for await (const row of rows()) {\n  await save(row);\n}`,
    `for await (const row of leaklabIterated(rows(), "a.ts:1")) {\n  await leaklabEntered(save(row), "a.ts:2");\n}`,
  ],
  ['a plain loop', `for (const row of rows) save(row);`, `for (const row of rows) save(row);`],
  [
    'a module with a counting version',
    `import { watchFile } from 'node:fs';\nimport type { Stats } from 'node:fs';\nimport 'node:path';`,
    `import { watchFile } from "file:///shims/fs.ts";\nimport type { Stats } from 'node:fs';\nimport 'node:path';`,
  ],
  ['words in texts and comments', `log('await x'); // await y`, `log('await x'); // await y`],
])('rewrites %s', (_, source, text) => {
  expect(instrument(source, '/somewhere/a.ts', replaced)).toEqual({ text, siblings: [] });
});

it('names the siblings that exist at run time', () => {
  const source = [
    `import type { Lab } from '../../lab/contract.ts';`,
    `import { WaitGroup } from './wait-group.ts';`,
    `export { Queue } from '../queue.ts';`,
    `export type { Job } from '../job.ts';`,
    `import pg from 'pg';`,
  ].join('\n');
  expect(instrument(source, '/somewhere/a.ts', replaced)).toEqual({
    text: source,
    siblings: ['./wait-group.ts', '../queue.ts'],
  });
});
