import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../shared/usage-error.ts';
import { writeWhole } from '../shared/write-file.ts';
import type { Verb } from '../verb.ts';
import { incidentPage } from './incident-page.ts';
import { charts, courseLines, legend, phaseLine } from './incident-text.ts';
import { incidents, phases, type Incident, type Phase } from './incidents.ts';
import { replay, type Replay, type ReplayOptions } from './run-incident.ts';
import { farthest } from './words.ts';

const usualRate = 300;
/** The share that a count may be away from Little's law. */
const tolerance = 0.1;

const help = `usage: leaklab incident [NAME] [--rate N] [--json] [--html FILE]

Replays an outage on this machine, in well under a minute: an open load on a small service, written in several
ways, whose upstream falls ill and gets well again. Counts what piles up beside what Little's law expects, and
lets the detector look for the line.

${incidents.map(({ name, title }) => `  ${name.padEnd(15)} ${title}`).join('\n')}

  --rate N     requests a second for each variant (default ${usualRate}); halved where the machine can't do it
  --json       print one object, with a version
  --html FILE  write a page with the curves side by side

exit code: 0 the counts are within ${tolerance * 100}% of the expected ones, and the detector names the leaking
variants alone; 1 otherwise; 2 used wrongly`;

export const verb: Verb = { help, run: incidentCommand };

/** Runs `leaklab incident`, prints to standard output, and returns the exit code. */
async function incidentCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rate: { type: 'string', default: String(usualRate) },
      json: { type: 'boolean', default: false },
      html: { type: 'string' },
    },
  });
  const incident = incidentNamed(positionals);
  const rate = rateOf(values.rate);
  if (!values.json)
    process.stdout.write(`${[incident.title, '', incident.story, '', ...legend(incident)].join('\n')}\n\n`);
  const onSample = values.json ? undefined : showing(incident);
  const result = await replay(incident, { rate, ...(onSample && { onSample }) });
  if (values.html !== undefined) writeWhole(resolve(values.html), incidentPage(result));
  process.stdout.write(
    values.json ? `${JSON.stringify(jsonOf(result))}\n` : `${endOf(result, values.html).join('\n')}\n`,
  );
  return holds(result) ? 0 : 1;
}

function incidentNamed([name = 'slow-upstream', ...others]: readonly string[]): Incident {
  const known = `one of ${incidents.map((each) => each.name).join(', ')}`;
  if (others.length > 0) throw new UsageError('more than one incident is named', known);
  const incident = incidents.find((each) => each.name === name);
  if (!incident) throw new UsageError(`no incident ${JSON.stringify(name)}`, known);
  return incident;
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (Number.isSafeInteger(rate) && rate >= 25 && rate <= 2000) return rate;
  throw new UsageError(
    `--rate ${JSON.stringify(text)} is no whole number from 25 to 2000`,
    `--rate ${usualRate}`,
  );
}

/** Returns what shows the course: both charts again and again on a terminal, a line for each phase in a pipe. */
function showing(incident: Incident): NonNullable<ReplayOptions['onSample']> {
  const { stdout } = process;
  if (!stdout.isTTY) {
    const told = new Set<Phase>();
    return (phase, samples) => {
      const before = phases[phases.indexOf(phase) - 1];
      if (before === undefined || told.has(before)) return;
      told.add(before);
      stdout.write(`${phaseLine(before, samples)}\n`);
    };
  }
  let drawn = 0;
  return (_, samples, rate) => {
    const lines = charts(incident, samples, rate);
    const up = drawn > 0 ? `\u001B[${drawn}A` : '';
    drawn = lines.length;
    stdout.write(`${up}${lines.map((line) => `\u001B[2K${line}`).join('\n')}\n`);
  };
}

function holds(result: Replay): boolean {
  const isRight = result.courses.every(
    ({ contender, seen }) => (contender.role === 'fix') === (seen.length === 0),
  );
  return isRight && farthest(result) <= tolerance;
}

function endOf(result: Replay, page: string | undefined): string[] {
  const { incident, courses, rate, isLowered } = result;
  const share = `${(farthest(result) * 100).toFixed(1)}%`;
  const [worst, , best] = courses;
  const fall =
    incident.name === 'slow-upstream' && worst && best
      ? [
          `with a time-out that aborts, ${fallOf(worst.figures.phases.ill.waiting, best.figures.phases.ill.waiting)} callers wait`,
        ]
      : [];
  return [
    '',
    `${rate} requests a second for each variant${isLowered ? '; this machine can do no more' : ''}`,
    '',
    ...courses.flatMap((course) => [...courseLines(course, result), '']),
    `farthest from the expected count: ${share}; ${tolerance * 100}% is near enough`,
    ...fall,
    `pairs that teach the same: ${incident.lessons.join(', ')}`,
    page === undefined
      ? `next: leaklab incident ${incident.name} --html FILE draws the curves`
      : `next: open ${page}`,
  ];
}

/** Returns how much less a count is: `93.1% fewer`. */
function fallOf(from: number, to: number): string {
  return `${((1 - to / from) * 100).toFixed(1)}% fewer`;
}

function jsonOf({ incident, rate, isLowered, courses }: Replay): object {
  return {
    version: 1,
    node: process.version,
    incident: incident.name,
    rate,
    isLowered,
    variants: courses.map(({ contender, figures, seen, samples }) => ({
      program: contender.program,
      title: contender.title,
      role: contender.role,
      ...figures,
      seen,
      samples,
    })),
  };
}
