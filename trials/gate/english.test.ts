import { expect, test } from 'vitest';
import { slipsInProse, slipsInSource } from './english.ts';

test('openers of doc comments, and words in comments and strings, are found with their lines', () => {
  const source = [
    '/** What it answers. */',
    'export const answer = `${[1].map((n) => `${n} by nobody`).join()} at work`;',
    '/** Returns the answer that nobody asked for. */',
    "const isNobody = /somebody/.test('x') || 4 / 2 > 1;",
    '// of its own',
    "const nobody = 'a fix is to be made';",
  ].join('\n');
  expect(slipsInSource('a.ts', source).map(({ rule, line, text }) => [rule, line, text])).toEqual([
    ['opener', 1, 'What it answers. */'],
    ['word', 2, 'nobody'],
    ['word', 2, 'at work'],
    ['word', 3, 'nobody'],
    ['word', 5, 'of its own'],
    ['word', 6, 'is to be'],
  ]);
});

test('code in a document is no prose', () => {
  const text = 'One.\n\n```js\n// nobody\n```\n\nA `nobody`, [a link](nobody.md), and nobody.\n';
  expect(slipsInProse('a.md', text)).toEqual([{ rule: 'word', file: 'a.md', line: 7, text: 'nobody' }]);
});
