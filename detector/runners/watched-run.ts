import { defaultMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Finding, Report } from '../finding.ts';
import { formatReport, wantsColour } from '../report-text.ts';
import type { IgnoreRule } from '../rule.ts';
import { snapshot } from '../scope.ts';
import { watchEnd } from './process-end.ts';
import { whenQuiet } from './quiet.ts';
import type { Session } from './session.ts';

/**
 * Watches from now on to the end of the process, or of the thread.
 *
 * @param rules of the project's policy
 */
export function watchRun(session: Session, rules: readonly IgnoreRule[]): void {
  const { judge, settings } = session;
  const { level, without, quietAfter, exitWhenQuiet } = settings;
  const program = resolve(process.argv[1] ?? '');
  const scope = snapshot({
    name: shown(program),
    level,
    without,
    wholeRun: true,
    // the loop is empty, or quiet for a long time already: nothing is about to end
    budget: 0,
    ...(level !== 'counts' && { ignore: rules }),
  });
  let report: Report | undefined;
  let isEnding = false;
  let told = '';

  const tell = (when: string): void => {
    if (!report || report.leaks.length === 0) return;
    const text = formatReport(report, { colour: wantsColour(process.stderr) });
    if (text !== told) print(`leaklab: ${shown(program)}: ${when}${text}\n`);
    told = text;
  };

  const quiet = async (): Promise<void> => {
    report = judge.accepted(ofTheProgram(await scope.find()));
    tell(`nothing has happened for ${quietAfter} ms; `);
    if (!exitWhenQuiet || report.leaks.length === 0) return;
    isEnding = true;
    process.exit();
  };
  // who has a parent to wait for waits as a rule
  const canBeQuiet = quietAfter > 0 && isMainThread && process.channel === undefined;
  const stop = canBeQuiet ? whenQuiet(quietAfter, () => void quiet()) : undefined;

  watchEnd({
    idle: async () => {
      stop?.();
      report = judge.accepted(ofTheProgram(await scope.find()));
    },
    exit: ({ hasCrashed, isIdle }) => {
      // what a crash leaves open is no leak
      if (hasCrashed) return 0;
      if (!isIdle && !isEnding) report = judge.accepted(cutOff(ofTheProgram(scope.findNow())));
      tell('');
      if (report) judge.write({ unit: 'run', file: program, name: [] }, report);
      return report && report.leaks.length > 0 ? 1 : 0;
    },
  });
}

function shown(file: string): string {
  const path = relative(process.cwd(), file);
  if (path === '') return 'node';
  return path.startsWith('..') ? file : path;
}

/** What packages keep for themselves, and what is set up once for the whole run, is no leak of it. */
function ofTheProgram(report: Report): Report {
  return tolerating(report, ({ kind, count, site, stack }) => {
    const isCounted = stack.length === 0;
    if (!isCounted && (!site || site.file.includes(`${sep}node_modules${sep}`))) {
      return 'made by a package for itself';
    }
    return kind === 'listener' && count <= defaultMaxListeners ? 'set up for the whole run' : undefined;
  });
}

/** What was under way when the program exited might have ended. */
function cutOff(report: Report): Report {
  return tolerating(report, ({ kind, evidence }) =>
    kind === 'request' || evidence === 'pending' ? 'under way when the program exited' : undefined,
  );
}

function tolerating(report: Report, reasonFor: (finding: Finding) => string | undefined): Report {
  const leaks: Finding[] = [];
  const ignored = [...report.ignored];
  for (const leak of report.leaks) {
    const reason = reasonFor(leak);
    if (reason === undefined) leaks.push(leak);
    else ignored.push({ ...leak, reason });
  }
  return { ...report, leaks, ignored };
}

/** At once, also where the process ends in this turn; whoever has closed his standard error wants to hear nothing. */
function print(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(2, bytes, at);
  } catch {
    // nobody listens
  }
}
