import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { Parser } from 'tap-parser';
import type { SuiteRunner } from './suite.ts';

/** Test in the output of the runner's own reporter. */
export interface TestResult {
  readonly name: string;
  /** Message of a failure. */
  readonly failure?: string;
}

/** Reads the output of a runner's own reporter: TAP of node:test, JUnit of vitest, JSON of jest and mocha. */
export function resultsOf(runner: SuiteRunner, text: string): readonly TestResult[] {
  switch (runner) {
    case 'node:test':
      return fromTap(Parser.parse(text));
    case 'vitest':
      return fromJUnit(text);
    case 'jest':
      return fromJest(JSON.parse(text) as JestResults);
    case 'mocha':
      return fromMocha(JSON.parse(text) as MochaResults);
  }
}

type TapEvents = ReturnType<typeof Parser.parse>;

/** Reads TAP, because JUnit of node:test does not say why a test with subtests failed. */
function fromTap(events: TapEvents): TestResult[] {
  return events.flatMap(([type, detail]) => {
    if (type === 'child') return fromTap(detail);
    if (type !== 'assert') return [];
    const { ok, fullname, diag } = detail;
    // the failed subtests say why themselves
    const hasFailed = !ok && diag?.failureType !== 'subtestsFailed';
    return { name: fullname, ...(hasFailed && { failure: JSON.stringify(diag) }) };
  });
}

interface MochaResults {
  readonly tests: readonly {
    readonly fullTitle: string;
    readonly err: { readonly message?: string; readonly stack?: string };
  }[];
  /** Failed tests and hooks. */
  readonly failures: MochaResults['tests'];
}

function fromMocha({ tests, failures }: MochaResults): TestResult[] {
  const titles = new Set(tests.map(({ fullTitle }) => fullTitle));
  const hooks = failures.filter(({ fullTitle }) => !titles.has(fullTitle));
  return [...tests, ...hooks].map(({ fullTitle, err: { message, stack } }) => ({
    name: fullTitle,
    ...((message !== undefined || stack !== undefined) && { failure: `${message}\n${stack}` }),
  }));
}

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    /** Message of a file that failed as a whole. */
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

function fromJest({ testResults }: JestResults): TestResult[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => [
    ...assertionResults.map(({ fullName, failureMessages }) => ({
      name: fullName,
      ...(failureMessages?.length && { failure: failureMessages.join('\n') }),
    })),
    ...(status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
      ? [{ name: basename(name), failure: message }]
      : []),
  ]);
}

interface Failure {
  readonly '@message'?: string;
  readonly '#text'?: string;
}

interface JUnitNode {
  readonly '@name'?: string;
  readonly testsuite?: readonly JUnitNode[];
  readonly testcase?: readonly JUnitNode[];
  readonly failure?: readonly (Failure | string)[];
  readonly error?: readonly (Failure | string)[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['testsuite', 'testcase', 'failure', 'error'].includes(name),
});

function fromJUnit(text: string): TestResult[] {
  const { testsuites } = parser.parse(text) as { readonly testsuites: JUnitNode };
  return testsOf(testsuites, []);
}

function testsOf(node: JUnitNode, titles: readonly string[]): TestResult[] {
  const inner = (node.testsuite ?? []).flatMap((suite) => testsOf(suite, [...titles, suite['@name'] ?? '']));
  const own = (node.testcase ?? []).map((test) => {
    const failures = [...(test.failure ?? []), ...(test.error ?? [])];
    return {
      name: [...titles, test['@name'] ?? ''].join(' > '),
      ...(failures.length > 0 && { failure: failures.map(textOf).join('\n') }),
    };
  });
  return [...inner, ...own];
}

function textOf(failure: Failure | string): string {
  if (typeof failure === 'string') return failure;
  return `${failure['@message'] ?? ''}\n${failure['#text'] ?? ''}`;
}
