import { expect, test } from 'vitest';
import { lastWords } from './test-report.ts';

test('of reports with the same number, the last holds, in its place; others stay', () => {
  const reports = [
    { name: 'suspected', suspect: 1 },
    { name: 'clean' },
    { name: 'suspected, and killed', suspect: 2 },
    { name: 'judged', suspect: 1 },
    { name: 'clean' },
  ];
  expect(lastWords(reports).map(({ name }) => name)).toEqual([
    'clean',
    'suspected, and killed',
    'judged',
    'clean',
  ]);
});
