import { readFileSync } from 'node:fs';
import {
  array,
  assert as holds,
  asyncProperty,
  boolean,
  constantFrom,
  date,
  dictionary,
  integer,
  oneof,
  record,
  string,
  type Arbitrary,
} from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtInRules } from '../report/rule-match.ts';
import { doNothing, leak, leftBy, nothing, placesIn } from '../fixtures/left-by.ts';
import { parsePolicy, PolicyError, snapshot, type IgnoreRule } from '../index.ts';
import { kinds } from '../kinds.ts';
import { ruleScopes } from './rule.ts';

const seed = 20_261_124;
const at = placesIn(import.meta.filename);

const good = `version: 1
rules:
  - kind: timer
    topFrame: startPolling
    args: { ms: { max: 1000 }, repeats: true }
    reason: the poller lives as long as the process
    owner: platform
    expires: 2999-12-31
`;

async function problemsOf(text: string): Promise<string[]> {
  try {
    await parsePolicy(text, 'leaks.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    // oxlint-disable-next-line vitest/no-conditional-expect -- who calls it expects which of the two it is
    expect(error.message).toBe(
      error.problems
        .map(({ line, column, message }) => `leaks.yaml:${line}:${column}: ${message}`)
        .join('\n'),
    );
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}

describe('a policy', () => {
  test('is read from YAML, and from JSON', async () => {
    const rules = [
      {
        kind: 'timer',
        topFrame: 'startPolling',
        args: { ms: { max: 1000 }, repeats: true },
        reason: 'the poller lives as long as the process',
        owner: 'platform',
        expires: '2999-12-31',
      },
    ];
    expect(await parsePolicy(good, 'leaks.yaml')).toEqual({ file: 'leaks.yaml', rules });
    const json = JSON.stringify({ version: 1, rules });
    expect(await parsePolicy(json, 'leaks.json')).toEqual({ file: 'leaks.json', rules });
  });

  test.each<[string, string, readonly string[]]>([
    ['empty', '', ['1:1 expected `version: 1` and `rules:`']],
    ['without a version', 'rules: []', ['1:1 expected `version: 1`, got none']],
    ['of a later version', 'version: 2\nrules: []', ['1:10 expected `version: 1`, got 2']],
    ['without rules', 'version: 1', ['1:1 expected `rules:` with a list']],
    [
      'with a key that is none',
      'version: 1\nrule: []\nrules: []',
      ['2:7 no key "rule"; did you mean `rules`?'],
    ],
    [
      'with several mistakes, all of them told',
      `version: 1
rules:
  - kind: timers
    reason: known
  - knd: timer
    type: Timeout
    reason: known
  - type: Timeout
    expires: 2026-02-30
    reason: ''
`,
      [
        '3:11 expected one of timer, server, socket, request, stream, fd, folder, process, worker, port, watcher, await, listener, lease, memory, got "timers"',
        '5:10 no part "knd"; did you mean `kind`?',
        '9:14 expected a date as YYYY-MM-DD, got "2026-02-30"',
        '10:13 expected some text, got ""',
      ],
    ],
    [
      'with a rule for everything',
      'version: 1\nrules:\n  - reason: known\n',
      [
        '3:5 this rule would tolerate everything; narrow it by kind, type, topFrame, anyFrame, createdBy, package, scope, args',
      ],
    ],
    ['without a reason', 'version: 1\nrules:\n  - kind: timer\n', ['3:5 a rule needs a reason']],
    [
      'with parts that contradict each other',
      'version: 1\nrules:\n  - scope: own code\n    package: undici\n    reason: known\n',
      ['4:14 `scope: own code` and `package` contradict each other: a package is third party'],
    ],
    [
      'with constraints that are none',
      'version: 1\nrules:\n  - kind: timer\n    reason: known\n    args: { ms: { most: 5 } }\n',
      ['5:17 expected a value, a list of values, or { min, max }, got {"most":5}'],
    ],
    ['that is not YAML', 'version: 1\nrules:\n  - kind: "timer\n', ['4:1 Missing closing "quote']],
    ['with a key twice', 'version: 1\nversion: 1\nrules: []\n', ['2:1 Map keys must be unique']],
  ])('%s is refused', async (_name, text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });
});

test('the built-in rules are a policy that people can read', async () => {
  const file = new URL('built-in-rules.json', import.meta.url);
  const { rules } = await parsePolicy(readFileSync(file, 'utf8'), 'built-in-rules.json');
  expect(rules).toEqual(builtInRules);
});

describe('a policy in use', () => {
  function startPolling(ms: number): void {
    const timer = setInterval(doNothing, ms); // here: poll
    onTestFinished(() => clearInterval(timer));
  }
  const polling = leak({ kind: 'timer', type: 'Timeout', at: at('poll', 'startPolling') });

  test('tolerates what its constraints allow, and nothing else', async () => {
    const policy = await parsePolicy(good, 'leaks.yaml');
    const reason = 'the poller lives as long as the process';
    expect(await leftBy(() => startPolling(1000), { policy })).toEqual({
      ...nothing,
      ignored: [{ ...polling, reason }],
    });
    expect(await leftBy(() => startPolling(1001), { policy })).toEqual({
      ...nothing,
      leaks: [polling],
      unusedRules: policy.rules,
    });
  });

  test('a rule that has expired tolerates nothing, and is told', async () => {
    const policy = await parsePolicy(good.replace('2999', '2025'), 'leaks.yaml');
    expect(await leftBy(() => startPolling(1000), { policy })).toEqual({
      ...nothing,
      leaks: [polling],
      expiredRules: policy.rules,
    });
  });

  test('a rule in code is checked as one in a file', () => {
    expect(() => snapshot({ ignore: [{ reason: 'known' }] })).toThrow(
      new TypeError(
        'this rule would tolerate everything; narrow it by kind, type, topFrame, anyFrame, createdBy, package, scope, args, in the rule {"reason":"known"}',
      ),
    );
  });

  test.each<[string, Omit<IgnoreRule, 'reason'>, boolean]>([
    ['own code', { scope: 'own code' }, true],
    ['third party', { scope: 'third party' }, false],
    ['its creator', { createdBy: 'startPolling' }, false],
    ['its type', { type: 'Timeout' }, true],
    ['a list of values', { args: { ms: [1, 50] } }, true],
    ['bounds', { args: { ms: { min: 51 } } }, false],
    ['a fact that it does not have', { args: { port: 80 } }, false],
  ])('fits by %s', async (_name, rule, fits) => {
    const report = await leftBy(() => startPolling(50), { ignore: [{ ...rule, reason: 'known' }] });
    expect([report.leaks.length, report.ignored.length]).toEqual(fits ? [0, 1] : [1, 0]);
  });
});

const words = string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '');
const fact = oneof(words, integer(), boolean());
const rule: Arbitrary<IgnoreRule> = record(
  {
    kind: constantFrom(...kinds),
    type: words,
    anyFrame: words,
    scope: constantFrom(...ruleScopes.filter((scope) => scope !== 'standard library')),
    args: dictionary(
      words.filter((name) => name !== '__proto__'),
      oneof(fact, array(fact, { minLength: 1, maxLength: 3 })),
      { minKeys: 1, maxKeys: 3 },
    ),
    reason: words,
    owner: words,
    expires: date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }).map(
      (day) => day.toISOString().slice(0, 10),
    ),
  },
  { requiredKeys: ['kind', 'reason'] },
);

test(`random policies are read as they were written (seed ${seed})`, async () => {
  await holds(
    asyncProperty(array(rule, { maxLength: 5 }), async (rules) => {
      const policy = { version: 1, rules };
      expect((await parsePolicy(stringify(policy), 'a')).rules).toEqual(rules);
      expect((await parsePolicy(JSON.stringify(policy, undefined, 2), 'a')).rules).toEqual(rules);
    }),
    { seed, numRuns: 100 },
  );
});

test(`a policy that was damaged is read or refused with places within the file (seed ${seed})`, async () => {
  const damage = record({
    rules: array(rule, { minLength: 1, maxLength: 3 }),
    where: integer({ min: 0, max: 10_000 }),
    length: integer({ min: 0, max: 6 }),
    instead: oneof(string({ maxLength: 3 }), constantFrom('- ', ': ', '{', '"', '&a', '*a', '\n')),
  });
  await holds(
    asyncProperty(damage, async ({ rules, where, length, instead }) => {
      const text = stringify({ version: 1, rules });
      const from = where % text.length;
      const damaged = text.slice(0, from) + instead + text.slice(from + length);
      const lines = damaged.split('\n').length;
      for (const each of await problemsOf(damaged)) {
        const [line = 0, column = 0] = each.split(' ')[0]?.split(':').map(Number) ?? [];
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
    { seed, numRuns: 300 },
  );
});

test('the example of the guide is a policy', async () => {
  const guide = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([^`]*)```/.exec(guide) ?? [];
  const { rules } = await parsePolicy(example, 'docs/policy.md');
  expect(rules.map(({ reason }) => reason)).toEqual([
    "undici's clock stops by itself when no request is left",
    'the poller lives as long as the process',
  ]);
});
