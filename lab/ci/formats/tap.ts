import { stringify } from 'yaml';
import { plain } from '../../../detector/internal.ts';
import { titleOfTest, type Results, type Verified } from './results.ts';
import { explanation, fixedLine, headline, nodesOf, summaryLine } from './tell.ts';

/** Formats TAP 14: a test point for each test, and one for each problem. */
export function toTap(results: Results): string {
  const { root, tests, causes, fixed, problems } = results;
  const points = [
    ...tests.map((test) => {
      const name = `${titleOfTest(test, root)} (Node ${nodesOf([test]).join('')})`;
      return { name, diagnostic: diagnosticOf(test, results) };
    }),
    ...[...problems.map(({ message }) => message), ...fixed.map((leak) => fixedLine(leak))].map(
      (message) => ({
        name: message,
        diagnostic: { message },
      }),
    ),
  ];
  const lines = ['TAP version 14', `1..${points.length}`];
  for (const [index, { name, diagnostic }] of points.entries()) {
    lines.push(`${diagnostic ? 'not ok' : 'ok'} ${index + 1} - ${escape(name)}`);
    if (diagnostic) lines.push(...yamlBlock(diagnostic));
  }
  const leaks = causes.length === 0 && problems.length === 0 ? [] : [`# ${plain(summaryLine(results))}`];
  return [...lines, ...leaks, ''].join('\n');
}

function diagnosticOf(test: Verified, results: Results): object | undefined {
  const own = results.causes.filter(({ seen }) => seen.includes(test));
  if (own.length === 0) return undefined;
  return {
    message: own.map((cause) => headline(cause)).join('; '),
    severity: 'fail',
    leaks: own.map((cause) => ({
      kind: cause.finding.kind,
      ...(cause.place && {
        at: { file: cause.place.path, line: cause.place.line, column: cause.place.column },
      }),
      about: explanation(cause, results),
    })),
  };
}

/** Formats a YAML block; strings are quoted, so that none of their lines ends the block. */
function yamlBlock(content: object): string[] {
  const text = stringify(wellFormed(content), { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 });
  return ['---', ...text.trimEnd().split('\n'), '...'].map((line) => `  ${line}`);
}

function wellFormed(content: object): unknown {
  return JSON.parse(JSON.stringify(content), (_, value: unknown) =>
    typeof value === 'string' ? plain(value.toWellFormed()) : value,
  );
}

function escape(name: string): string {
  return plain(name.toWellFormed()).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
