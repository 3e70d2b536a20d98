import { expect, test } from 'vitest';
import type { Likeness } from './judgement.ts';
import { acquisitionsGone, isCallerChanged, looksLike, timesChanged } from './mistakes.ts';
import { likeness, tokensOf } from './tokens.ts';

const start = `import { connect } from 'node:net';

function ask(port: number) {
  const socket = connect(port, '127.0.0.1');
  const timer = setTimeout(() => socket.destroy(), 30_000);
  return once(socket, 'data');
}

export async function run() {
  return { answer: await ask(80) };
}
`;
const fixed = start.replace("'data');", "'data').finally(() => clearTimeout(timer));");

const change = (from: string, to: string): string => {
  expect(start).toContain(from);
  return start.replace(from, to);
};

test.each<[what: string, looks: Likeness | undefined, learner: string]>([
  ['nothing at all', 'empty', '\n// gone\n'],
  [
    'as it was, but for comments and layout',
    'unchanged',
    `// mine\n${start.replaceAll('\n  ', '\n\t').replaceAll("'", '"')}`,
  ],
  ['unref', 'unref', change('30_000);', '30_000).unref();')],
  ['another time', 'time-out', change('30_000', '300_000')],
  ['a catch', 'swallowed', change("'data');", "'data').catch(() => {});")],
  ['a raised limit', 'limit', change('  return once', '  socket.setMaxListeners(0);\n  return once')],
  ['another caller', 'caller', change('await ask(80)', '42')],
  [
    'the line taken out',
    'deleted',
    change('  const timer = setTimeout(() => socket.destroy(), 30_000);\n', '  // 30_000\n  void 30_000;\n'),
  ],
  ['the reference itself', undefined, fixed],
])('%s looks like %s', (_what, looks, learner) => {
  expect(looksLike({ start, fixed, learner })).toBe(looks);
});

test('what the reference keeps has to be kept: times, the caller, and what the marked line makes', () => {
  const learner = change('setTimeout(() => socket.destroy(), 30_000)', 'undefined');
  const versions = { start, fixed, learner };
  expect(acquisitionsGone(versions, [5])).toEqual(['setTimeout', 'destroy']);
  expect(timesChanged(versions)).toEqual(['30_000']);
  expect(isCallerChanged(versions)).toBe(false);
  // where the reference changes it, the learner may
  expect(
    isCallerChanged({ start, fixed: change('ask(80)', 'ask(81)'), learner: change('ask(80)', 'ask(82)') }),
  ).toBe(false);
});

test('tokens are the same for the same code in another layout', () => {
  expect(tokensOf('f(\n  "a", // first\n  b,\n);')).toEqual(tokensOf("f('a', b)"));
  expect(tokensOf("const url = 'http://a/b';")).toContain("'http://a/b'");
});

test('likeness is 1 for the same change and 0 for none in common', () => {
  const one = { added: ['a', 'b'], removed: ['c'] };
  expect(likeness(one, one)).toBe(1);
  expect(likeness(one, { added: ['d'], removed: ['a'] })).toBe(0);
  expect(likeness(one, { added: ['a'], removed: ['c'] })).toBeCloseTo(2 / 3);
});
