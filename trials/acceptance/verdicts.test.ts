import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { truth } from './verdicts.ts';

test('each test of the suite has a verdict, and the leaks are at the markers', () => {
  const folder = join(import.meta.dirname, 'fixtures/verdicts');
  const titles = globSync('*.test.js', { cwd: folder }).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const [, suite = ''] = /^describe\('(.*)',/m.exec(text) ?? [];
    return [...text.matchAll(/^ {2}it\('(.*)',/gm)].map(([, title = '']) => `${suite} > ${title}`);
  });
  const verdicts = truth().filter((verdict) => !verdict.startsWith('('));
  expect(verdicts.map((verdict) => verdict.split(': ')[0]).toSorted()).toEqual(titles.toSorted());
  expect(verdicts.filter((verdict) => !verdict.endsWith(': clean'))).toEqual([
    'shop > forgets a descriptor: 1 open descriptor at shop.test.js:69',
    'shop > forgets a server: 1 server at shop.test.js:59',
    'shop > forgets a timer that is due late: 1 timer at shop.test.js:50',
    'shop > forgets an interval: 1 timer at shop.test.js:47',
    'web > forgets to poll no more: 1 timer at web.test.js:35',
  ]);
});
