import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import type { Told } from './trial.ts';

interface JsonResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Reads the output of jest's `--json`, or of vitest's reporter `json`, which has the same shape. */
export function fromJestJson(text: string): Told[] {
  const { testResults } = JSON.parse(text) as JsonResults;
  return testResults.flatMap(({ name, message, assertionResults }): Told[] => {
    const file = basename(name);
    const tests = assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ ancestorTitles, title, status, failureMessages }): Told => ({
        file,
        title: [...ancestorTitles, title].join(' > '),
        ...(status === 'failed' && { failure: failureMessages.join('\n') }),
      }));
    // jest also lists the failures of the tests here, each after a bullet
    const failure = message.includes('● ')
      ? (/● Test suite failed to run\n([^]*?)(?=\n {2}● |$)/.exec(message)?.[1] ?? '')
      : message;
    return failure === '' ? tests : [...tests, { file, failure }];
  });
}

interface MochaTest {
  readonly fullTitle: string;
  readonly title: string;
  /** Absent for a hook in mocha 9. */
  readonly file?: string | null;
  readonly err: { readonly message?: string; readonly stack?: string };
}

/** Reads the output of mocha's reporter `json`, which separates titles by blanks only. */
export function fromMochaJson(text: string): Told[] {
  const { passes, failures } = JSON.parse(text) as { passes: MochaTest[]; failures: MochaTest[] };
  const told = ({ title, fullTitle, file }: MochaTest): Told => {
    const hook = /^"after all" hook: leaklab for (.*)$/.exec(title)?.[1];
    if (hook !== undefined) return hook.endsWith('.js') ? { file: basename(hook) } : {};
    return {
      ...(typeof file === 'string' && { file: basename(file) }),
      title: `${fullTitle.slice(0, -title.length - 1)} > ${title}`,
    };
  };
  const failed = failures.map((each) => ({
    ...told(each),
    failure: each.err.stack ?? each.err.message ?? '',
  }));
  // mocha lists a test that fails after its end among both, as with `done()` called twice: it failed
  const hasFailed = ({ file, title }: Told): boolean =>
    failed.some((each) => each.file === file && each.title === title);
  return [...passes.map(told).filter((each) => !hasFailed(each)), ...failed];
}

interface JunitSuite {
  readonly '@name'?: string;
  readonly testsuite?: readonly JunitSuite[];
  readonly testcase?: readonly {
    readonly '@name': string;
    readonly failure?: readonly (string | { readonly '#text'?: string; readonly '@message'?: string })[];
    readonly skipped?: unknown;
  }[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  trimValues: false,
  isArray: (name) => ['testsuite', 'testcase', 'failure'].includes(name),
  processEntities: true,
});

/** Reads the output of node:test's reporter `junit`. */
export function fromNodeJunit(text: string): Told[] {
  const { testsuites } = parser.parse(text) as { readonly testsuites: JunitSuite };
  return inSuite(testsuites, []);
}

function inSuite({ testsuite = [], testcase = [] }: JunitSuite, titles: readonly string[]): Told[] {
  const own = testcase
    .filter(({ skipped }) => skipped === undefined)
    .map(({ '@name': name, failure }): Told => {
      const file = /^leaklab: (.*)$/.exec(name)?.[1];
      const [first] = failure ?? [];
      const message =
        typeof first === 'object' ? `${first['@message'] ?? ''}\n${first['#text'] ?? ''}` : first;
      return {
        ...(file === undefined ? { title: [...titles, name].join(' > ') } : { file: basename(file) }),
        ...(message !== undefined && { failure: message }),
      };
    });
  return [...own, ...testsuite.flatMap((each) => inSuite(each, [...titles, each['@name'] ?? '']))];
}

/** Returns the places that a failure names, such as `1 timer at tests.test.js:17`, each once. */
export function leftIn(failure: string): string {
  // for jest it is `on` instead of `at`, because jest takes a line with `at` for a stack
  const found = failure.matchAll(
    /(?:^ *|\bagain: )(\d+ [a-z ]+?)(?: \(.*?\))?(?:\n+ *| )(?:at|on) (\S+):(\d+):\d+ in /gm,
  );
  const places = [...found].map(([, what, file = '', line]) => `${what} at ${basename(file)}:${line}`);
  return [...new Set(places)].join(', ');
}
