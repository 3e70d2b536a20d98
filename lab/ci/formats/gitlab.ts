import { createHash } from 'node:crypto';
import { holds, type Cause, type Results } from './results.ts';
import { explanation, fixedLine, headline } from './tell.ts';

/** Formats GitLab's code quality report, which the merge request and its changes show. */
export function toGitlab(results: Results): string {
  if (holds(results)) return '[]\n';
  const { causes, fixed, problems } = results;
  const issues = [
    ...causes.map((cause) => ({
      description: [headline(cause), ...explanation(cause, results)].join('. '),
      check_name: `leak/${cause.finding.kind}`,
      fingerprint: cause.fingerprint,
      severity: severityOf(cause),
      location: locationOf(cause.place?.path, cause.place?.line),
    })),
    ...fixed.map((leak) => ({
      description: fixedLine(leak),
      check_name: 'leak/baseline',
      fingerprint: leak.fingerprint,
      severity: 'minor',
      location: locationOf(leak.file),
    })),
    ...problems.map(({ message, path }) => ({
      description: message,
      check_name: 'leak/problem',
      fingerprint: createHash('sha256').update(message).digest('hex').slice(0, 32),
      severity: 'major',
      location: locationOf(path),
    })),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function severityOf({ finding }: Cause): string {
  if (finding.evidence === 'unreachable') return 'critical';
  return finding.evidence === 'pending' ? 'minor' : 'major';
}

/** Returns the place that GitLab wants for every issue: package.json for a problem without a file. */
function locationOf(path = 'package.json', line = 1): object {
  return { path, lines: { begin: line } };
}
