import { expect, test } from 'vitest';
import { AnswerError } from './answer.ts';
import { parseSarif } from './sarif.ts';

const at = (uri: string, startLine?: number, uriBaseId?: string): object => ({
  physicalLocation: {
    artifactLocation: { uri, ...(uriBaseId !== undefined && { uriBaseId }) },
    ...(startLine !== undefined && { region: { startLine } }),
  },
});

test('results are findings: their rule is the type, their first location the place', () => {
  const log = {
    version: '2.1.0',
    runs: [
      {
        originalUriBaseIds: { SRC: { uri: 'file:///src/' } },
        results: [
          { ruleId: 'left-open', locations: [at('file:///shop/a%20b.ts', 3)], occurrenceCount: 2 },
          { rule: { id: 'by-rule' }, locations: [at('timer/clock.ts', 4)] },
          { ruleId: 'with-base', locations: [at('timer/clock.ts', 5, 'SRC')] },
          { ruleId: 'whole-file', locations: [at('timer/clock.ts')] },
          { ruleId: 'nowhere' },
          { ruleId: 'passed', kind: 'pass', locations: [at('timer/clock.ts', 6)] },
          {
            ruleId: 'suppressed',
            suppressions: [{ kind: 'inSource' }],
            locations: [at('timer/clock.ts', 7)],
          },
        ],
      },
      {},
    ],
  };
  expect(parseSarif(JSON.stringify(log), '/shop')).toEqual([
    { type: 'left-open', file: '/shop/a b.ts', line: 3, count: 2 },
    { type: 'by-rule', file: '/shop/timer/clock.ts', line: 4 },
    { type: 'with-base', file: '/src/timer/clock.ts', line: 5 },
    { type: 'whole-file', file: '/shop/timer/clock.ts' },
    { type: 'nowhere' },
  ]);
});

test.each([
  ['no JSON', /^no SARIF: Unexpected token/],
  ['{"results":[]}', /^no SARIF: expected an object with a list `runs`$/],
])('%s is refused', (text, message) => {
  expect(() => parseSarif(text, '/')).toThrow(AnswerError);
  expect(() => parseSarif(text, '/')).toThrow(message);
});
