import { expect, test } from 'vitest';
import type { Finding } from '../../finding.ts';
import { TestLeakError } from '../output/test-leak-error.ts';
import { PlainErrors } from './plain-errors.ts';

const file = '/app/a.test.js';

function leakOf(by: string, testLine: number, text: string, missed?: string): TestLeakError {
  const leak: Finding = {
    kind: 'timer',
    type: 'Timeout',
    count: 1,
    site: { file: '/app/poll.js', line: 4, column: 3, function: 'poll' },
    related: [],
    stack: [
      'setInterval (node:timers:1:1)',
      'poll (/app/poll.js:4:3)',
      'start (/app/start.js:9:1)',
      `<anonymous> (${file}:${testLine}:1)`,
    ],
    owner: by,
    evidence: 'alive',
  };
  const report = {
    version: 1,
    leaks: [leak],
    ignored: [],
    notJudged: [],
    unusedRules: [],
    expiredRules: [],
    failedProbes: [],
  } as const;
  return new TestLeakError(report, {
    unit: 'test',
    file,
    by,
    text,
    isKnown: false,
    ...(missed !== undefined && { missed }),
  });
}

test('tests that leak the same have the same error, with the frames above the test', () => {
  const errors = new PlainErrors();
  const first = errors.of(leakOf('one (a.test.js)', 6, '1 leak from 1 line\n\nin full'));
  const later = errors.of(leakOf('two (a.test.js)', 7, '1 leak from 1 line; again: the timer'));
  expect(later).toBe(first);
  expect(first).toEqual({
    name: 'LeakError',
    message: '1 leak from 1 line, poll.js:4',
    codeFrame: '\nin full',
    stack: expect.stringMatching(
      /^LeakError: 1 leak from 1 line\n\n1 timer \(Timeout\)\n[^]*\n {4}at poll \(\/app\/poll\.js:4:3\)\n {4}at start \(\/app\/start\.js:9:1\)$/,
    ) as string,
  });
});

test('an expectation that is not met names its test', () => {
  const { message, stack } = new PlainErrors().of(
    leakOf(
      'one (a.test.js)',
      6,
      '1 leak from 1 line\n\nin full',
      'expected a leak of kind server, found none',
    ),
  );
  const before = 'one (a.test.js): expected a leak of kind server, found none: 1 leak from 1 line';
  expect(message).toBe(`${before}, poll.js:4`);
  expect(stack.startsWith(`LeakError: ${before}\n`)).toBe(true);
});

test('the error of a file has the whole report in its message', () => {
  const { words, report } = leakOf('a.test.js', 6, '1 leak from 1 line\n\nin full');
  const { message, codeFrame } = new PlainErrors().of(new TestLeakError(report, { ...words, unit: 'file' }));
  expect({ message, codeFrame }).toEqual({
    message: 'a.test.js: 1 leak from 1 line\n\nin full',
    codeFrame: undefined,
  });
});

test('another error stays as it is, without its other properties', () => {
  const error = Object.assign(new TypeError('no'), { report: {} });
  expect(new PlainErrors().of(error)).toEqual({ name: 'TypeError', message: 'no', stack: error.stack });
});
