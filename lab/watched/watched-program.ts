/** Process that runs a program under the detector: load, run, settle, report on descriptor 3. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Report } from '../../detector/index.ts';
import { CallHistory, findGrowth, hideFolder, openScope } from '../../detector/internal.ts';
import type { Json } from '../contract.ts';
import { createIpcAsk, createLab } from '../outside/lab-context.ts';
import { codeOf } from '../shared/error-message.ts';
import { giveSource } from './given-source.ts';
import { takeJob, type Answer, type Ending, type Job, type Line } from './messages.ts';
import { untilQuiet } from './quiet.ts';
import { judgedBy, mayBeSetUp, type SecondRun } from './second-run.ts';

// taken at load, before the program can replace it
const { exit } = process;

/** Silence, in ms, after which a script is taken to do nothing more; a longer wait is the script's choice. */
const quietAfter = 1000;

// the lab's code in this process; the programs may lie in the lab's folder as well
for (const part of ['watched', 'outside']) hideFolder(join(import.meta.dirname, '..', part));
const job = takeJob();
const scope = openScope({
  name: 'program',
  budget: job.budget,
  level: job.level ?? 'full',
  ignore: job.rules ?? [],
});
/** Runs the program once more, if it may be run again. */
let again: (() => unknown) | undefined;
/** The calls of the first run. */
const calls = new CallHistory();
let failure: Failure | undefined;
let isAnswered = false;
/** The answer if a second run ends the process. */
let ifItEnds: Answer | undefined;

process.on('uncaughtExceptionMonitor', (error: unknown) => {
  failure ??= describe(error);
});
// the program or an error ends the process: only the state at this moment can be reported
process.on('exit', (code) => {
  if (isAnswered) return;
  say('checking');
  if (ifItEnds) {
    answer(ifItEnds);
    return;
  }
  answer({ ending: failure ?? { how: 'exited', code }, report: scope.findNow() });
});

void main(job);

async function main({ file, lab, patience, transpile, source }: Job): Promise<void> {
  if (source !== undefined) giveSource(pathToFileURL(file).href, source);
  if (transpile) (await import('./transpile.ts')).transpileTypeScript();
  const load = (): Promise<Settled<object>> => settled(import(pathToFileURL(file).href));
  const loaded = await untilQuiet(load, { patience, onTick: say });
  const ending = loaded === 'quiet' ? hungAt('top level') : await afterLoad(loaded, lab, patience);
  say('checking');
  const found = await scope.find();
  const report = ending.how === 'returned' && again ? await confirmed(found, again, ending) : found;
  scope.dispose();
  const isClean = ending.how === 'returned' && report.leaks.length === 0;
  answer({ ending, report: isClean && again ? await withGrowth(report, again, patience) : report });
  exit(0);
}

/** Judges by a second run what a package may set up at its first use. */
async function confirmed(found: Report, work: () => unknown, ending: Ending): Promise<Report> {
  if (!mayBeSetUp(found)) return found;
  ifItEnds = { ending, report: judgedBy({ failed: 'ended the process' }, found) };
  const second = await secondRun(work, job.patience);
  ifItEnds = undefined;
  return judgedBy(second, found);
}

/** Runs the program a second time in the same scope, and finds what it leaks then. */
async function secondRun(work: () => unknown, patience: number): Promise<SecondRun> {
  scope.ignoreCurrent();
  const ran = await untilQuiet(() => settled((async () => work())()), { patience, onTick: say });
  say('checking');
  if (ran === 'quiet') return { failed: 'never ended' };
  if ('error' in ran) return { failed: `failed: ${describe(ran.error).error.split('\n')[0]}` };
  return { leaks: (await scope.find()).leaks };
}

/** Judges memory by further runs, if nothing else leaked. */
async function withGrowth(report: Report, work: () => unknown, patience: number): Promise<Report> {
  const rules = { builtIn: [], own: job.rules ?? [] };
  const limits = { patience, total: patience };
  // without signs of life: the detector's heap snapshot takes seconds
  const found = await settled(
    findGrowth(work, { owner: { name: 'program' }, rules, runs: 5, limits, first: calls }),
  );
  if ('value' in found) {
    const { leaks, ignored, unusedRules, notJudged } = found.value;
    return {
      ...report,
      leaks,
      notJudged: [...report.notJudged, ...notJudged],
      ignored: [...report.ignored, ...ignored],
      unusedRules: report.unusedRules.filter((rule) => unusedRules.includes(rule)),
    };
  }
  const why = `failed: ${describe(found.error).error.split('\n')[0]}`;
  return { ...report, notJudged: [...report.notJudged, { type: 'memory', why: `a further run ${why}` }] };
}

async function afterLoad(loaded: Settled<object>, lab: Job['lab'], patience: number): Promise<Ending> {
  if ('error' in loaded) return describe(loaded.error);
  const run = callable(loaded.value);
  if (!run) {
    await untilQuiet(() => new Promise(() => {}), { patience, quietAfter, onTick: say });
    return failure ?? { how: 'finished' };
  }
  // resources set up while the module loads live as long as the module; a program of the catalogue answers for them
  if (lab) scope.mark();
  else scope.ignoreCurrent();
  const context = lab && Object.assign(createLab(lab.addresses, lab.scratch, createIpcAsk()), lab.options);
  const work = async (): Promise<unknown> => run(context);
  if (job.repeats) again = work;
  const first = job.repeats ? () => calls.during(work) : work;
  const ran = await untilQuiet(() => settled(first()), { patience, onTick: say });
  // also of a run that never returned: unread stacks would hold what it waits for
  calls.stop();
  if (ran === 'quiet') return hungAt('run');
  return 'error' in ran ? describe(ran.error) : { how: 'returned', outcome: toJson(ran.value) };
}

function hungAt(where: 'top level' | 'run'): Ending {
  return failure ?? { how: 'hung', where };
}

type Failure = Extract<Ending, { readonly how: 'threw' }>;

type Run = (lab: unknown) => unknown;

/** Returns the function that a foreign module exports: `run`, or a default that is no class. */
function callable(module: object): Run | undefined {
  const offered: unknown[] = [
    'run' in module ? module.run : undefined,
    'default' in module ? module.default : undefined,
  ];
  const [, main] = offered;
  // the exports of a CommonJS module arrive as its default export
  if (typeof main === 'object' && main !== null) {
    offered.push('run' in main ? main.run : undefined, 'default' in main ? main.default : undefined);
  }
  return offered.find(
    (each): each is Run =>
      typeof each === 'function' && !/^class\b/.test(Function.prototype.toString.call(each)),
  );
}

type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function answer(content: Answer): void {
  isAnswered = true;
  say(content);
}

function say(line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at);
}

function describe(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const code = codeOf(error);
  return { how: 'threw', error: text, ...(code !== undefined && { code }) };
}

/** Converts a return value to JSON; a value without any, such as a server or a timer, becomes null. */
function toJson(value: unknown): Json {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? null : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
