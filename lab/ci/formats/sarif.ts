import { pathToFileURL } from 'node:url';
import { kinds, type Kind } from '../../../detector/index.ts';
import { counted, type AcceptedLeak } from '../../../detector/internal.ts';
import { holds, type Cause, type Results } from './results.ts';
import { explanation, fixedLine, headline } from './tell.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Formats SARIF 2.1.0: a result for each leak; tolerated ones are suppressed, gone ones `absent`. */
export function toSarif(results: Results): string {
  const { causes, tolerated, fixed, problems, root } = results;
  const sarifResults = [
    ...causes.map((cause) => resultOf(cause, results)),
    ...tolerated.map((cause) => ({
      ...resultOf(cause, results),
      level: 'note',
      suppressions: [{ kind: 'external', justification: cause.reason }],
    })),
    ...fixed.map((leak) => goneOf(leak)),
  ];
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'leaklab', rules: kinds.map((kind) => ruleOf(kind)) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(root).href.replace(/\/$/, '')}/` } },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            exitCode: holds(results) ? 0 : 1,
            toolExecutionNotifications: problems.map(({ message, path }) => ({
              level: 'error',
              message: { text: message },
              ...(path !== undefined && { locations: [locationOf(path)] }),
            })),
          },
        ],
        results: sarifResults,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(cause: Cause, results: Results): object {
  const { finding, fingerprint, place, author } = cause;
  return {
    ruleId: ruleName(finding.kind),
    ruleIndex: kinds.indexOf(finding.kind),
    level: finding.evidence === 'pending' ? 'warning' : 'error',
    message: { text: [headline(cause), ...explanation(cause, results)].join('\n') },
    ...(place && { locations: [locationOf(place.path, place.line, place.column)] }),
    partialFingerprints: { 'leaklab/v1': fingerprint },
    occurrenceCount: finding.count,
    ...(author && { properties: { author } }),
  };
}

function goneOf(leak: AcceptedLeak): object {
  return {
    ruleId: ruleName(leak.kind),
    ruleIndex: kinds.indexOf(leak.kind),
    level: 'warning',
    baselineState: 'absent',
    message: { text: fixedLine(leak) },
    ...(leak.file !== undefined && { locations: [locationOf(leak.file)] }),
    partialFingerprints: { 'leaklab/v1': leak.fingerprint },
  };
}

function ruleOf(kind: Kind): object {
  const what = counted(kind, 2).replace(/^2 /, '');
  return {
    id: ruleName(kind),
    shortDescription: { text: `leaked ${what}` },
    fullDescription: {
      text: `Tests leaked these: ${what} that were still open after the wait.`,
    },
    defaultConfiguration: { level: 'error' },
  };
}

function ruleName(kind: Kind): string {
  return `leak/${kind}`;
}

function locationOf(path: string, line?: number, column?: number): object {
  return {
    physicalLocation: {
      artifactLocation: /^([a-z]:)?[\\/]/i.test(path)
        ? { uri: pathToFileURL(path.toWellFormed()).href }
        : { uri: path.toWellFormed().split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' },
      ...(line !== undefined && {
        region: { startLine: line, ...(column !== undefined && { startColumn: column }) },
      }),
    },
  };
}
