import type { Finding, NotJudged, Report } from '../../detector/index.ts';

/** The second run of a program, or why there is no full one. */
export type SecondRun = { readonly leaks: readonly Finding[] } | { readonly failed: string };

const setUp = 'a package sets it up at its first use: a second run added no other';

/** Reports whether a second run may show that a finding is no leak: what a package has made may be its set-up. */
export function mayBeSetUp({ leaks }: Report): boolean {
  return leaks.some(isOfPackage);
}

/** Returns the report with what packages set up at their first use among what is tolerated. */
export function judgedBy(second: SecondRun, report: Report): Report {
  if ('failed' in second) {
    const type = 'set-up of a package';
    const notJudged: NotJudged = { type, why: `it counts as a leak, for a second run ${second.failed}` };
    return { ...report, notJudged: [...report.notJudged, notJudged] };
  }
  const again = new Set(second.leaks.map(lineOf));
  const isSetUp = (leak: Finding): boolean => isOfPackage(leak) && !again.has(lineOf(leak));
  return {
    ...report,
    leaks: report.leaks.filter((leak) => !isSetUp(leak)),
    ignored: [...report.ignored, ...report.leaks.filter(isSetUp).map((leak) => ({ ...leak, reason: setUp }))],
  };
}

function isOfPackage(leak: Finding): boolean {
  return leak.package !== undefined;
}

/** Returns what is equal for the leaks of one line in all runs. */
function lineOf({ kind, type, site }: Finding): string {
  return JSON.stringify([kind, type, site?.file, site?.line]);
}
