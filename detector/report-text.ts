import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Evidence, Finding, Report, Site } from './finding.ts';

const meaning: Readonly<Record<Evidence, string>> = {
  alive: 'still open after the budget',
  attached: 'still attached to something that lives longer',
  pending: 'suspended, and what it waits for is pending',
  unreachable: 'suspended for ever: what it waits for was collected while pending, so nobody can settle it',
};

/** The report for people: a line that counts, then each finding with its source line. */
export function formatReport(report: Report): string {
  const { leaks, ignored, notJudged, unusedRules, expiredRules, failedProbes } = report;
  // of one owner, whoever asked for the check knows the name
  const hasOwners = new Set(leaks.map(({ owner }) => owner)).size > 1;
  const total = leaks.reduce((sum, leak) => sum + leak.count, 0);
  const head =
    leaks.length === 0
      ? 'no leaks'
      : `${total} ${total === 1 ? 'leak' : 'leaks'} from ${leaks.length} ${leaks.length === 1 ? 'line' : 'lines'}`;
  const lines = [head, ...leaks.flatMap((leak) => ['', ...formatFinding(leak, hasOwners)])];
  if (ignored.length > 0) {
    lines.push('', ...ignored.map((each) => `tolerated: ${titleOf(each)}: ${each.reason}`));
  }
  const rules = [
    ...expiredRules.map((rule) => `expired on ${rule.expires ?? ''}: ${rule.reason}`),
    ...unusedRules.map((rule) => `a rule that nothing fits any more: ${rule.reason}`),
  ];
  if (rules.length > 0) lines.push('', ...rules);
  if (notJudged.length > 0) {
    lines.push(
      '',
      ...notJudged.map(
        ({ type, count, why }) => `not judged: ${count === undefined ? '' : `${count} × `}${type}: ${why}`,
      ),
    );
  }
  if (failedProbes.length > 0) {
    lines.push(
      '',
      ...failedProbes.map(({ probe, error }) => `the probe for ${probe} failed, and saw nothing: ${error}`),
    );
  }
  return lines.join('\n');
}

function formatFinding(leak: Finding, hasOwners: boolean): string[] {
  const lines = [titleOf(leak)];
  if (leak.site) lines.push(`  at ${formatSite(leak.site)}`, ...sourceLine(leak.site));
  else lines.push('  at an unknown line');
  lines.push(`  ${meaning[leak.evidence]}${leak.detail === undefined ? '' : ` (${leak.detail})`}`);
  for (const site of leak.related) {
    const isNews = site.line !== leak.site?.line || site.file !== leak.site.file;
    if (isNews) lines.push(`  see also ${formatSite(site)}`);
  }
  if (hasOwners) lines.push(`  owner: ${leak.owner}`);
  if (leak.lesson !== undefined) lines.push(`  lesson: ${leak.lesson}`);
  return lines;
}

function titleOf({ kind, type, count }: Finding): string {
  return count === 1 ? `${kind} (${type})` : `${count} × ${kind} (${type})`;
}

function formatSite(site: Site): string {
  const path = relative(process.cwd(), site.file);
  return `${path.startsWith('..') ? site.file : path}:${site.line}:${site.column} in ${site.function}`;
}

function sourceLine({ file, line }: Site): string[] {
  try {
    const text = readFileSync(file, 'utf8').split('\n')[line - 1];
    return text === undefined ? [] : [`  > ${text.trim()}`];
  } catch {
    return [];
  }
}
