import { stripVTControlCharacters } from 'node:util';
import { pathFrom, type Results, type Verified } from './results.ts';
import { explanation, fixedLine, headline, nodesOf } from './tell.ts';

/** A case of a suite, with its failure. */
export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  readonly ms?: number;
  readonly failures: readonly { readonly message: string; readonly text: string }[];
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
  readonly ms?: number;
}

/** Formats JUnit XML: a suite for each test file, package and Node, a case for each test, a suite for problems. */
export function toJunit(results: Results): string {
  const { root, tests, causes, fixed, problems } = results;
  const suites = Map.groupBy(tests, (test) => {
    const name = test.package === undefined ? '' : `${test.package} `;
    return `${name}${pathFrom(root, test.file)} (Node ${nodesOf([test]).join('')})`;
  });
  const causesOf = (test: Verified): JunitCase['failures'] =>
    causes
      .filter(({ seen }) => seen.includes(test))
      .map((cause) => ({
        message: headline(cause),
        text: [
          ...(cause.place ? [`at ${cause.place.path}:${cause.place.line}:${cause.place.column}`] : []),
          ...explanation(cause, results),
        ].join('\n'),
      }));
  const others = [...problems.map(({ message }) => message), ...fixed.map((leak) => fixedLine(leak))];
  return junitXml('leaklab', [
    ...[...suites].map(([name, own]) => ({
      name,
      cases: own.map((test) => ({
        classname: pathFrom(root, test.file),
        name: test.name.join(' > ') || test.unit,
        failures: causesOf(test),
      })),
    })),
    ...(others.length > 0
      ? [
          {
            name: 'the run',
            cases: others.map((message) => ({
              classname: 'leaklab',
              name: message,
              failures: [{ message, text: message }],
            })),
          },
        ]
      : []),
  ]);
}

/** Formats JUnit XML as Jenkins and other tools read it; texts may hold any character. */
export function junitXml(name: string, suites: readonly JunitSuite[], ms?: number): string {
  const all = suites.flatMap(({ cases }) => cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name, ...counts(all), ...time(ms) })}>`,
  ];
  for (const suite of suites) {
    lines.push(
      `  <testsuite ${attributes({ name: suite.name, ...counts(suite.cases), ...time(suite.ms) })}>`,
    );
    for (const each of suite.cases) lines.push(...caseLines(each));
    lines.push('  </testsuite>');
  }
  return [...lines, '</testsuites>', ''].join('\n');
}

function caseLines({ classname, name, ms, failures }: JunitCase): string[] {
  const head = `    <testcase ${attributes({ classname, name, ...time(ms) })}`;
  if (failures.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...failures.map(
      ({ message, text }) =>
        `      <failure ${attributes({ message })}>${escape(stripVTControlCharacters(text))}</failure>`,
    ),
    '    </testcase>',
  ];
}

function counts(cases: readonly JunitCase[]): { tests: string; failures: string } {
  const failures = cases.filter((each) => each.failures.length > 0).length;
  return { tests: String(cases.length), failures: String(failures) };
}

function time(ms: number | undefined): { time?: string } {
  return ms === undefined ? {} : { time: (ms / 1000).toFixed(3) };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(' ');
}

/** Escapes a text, and removes characters that XML 1.0 can't hold. */
function escape(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .toWellFormed()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
