import { chart, type Line } from './chart.ts';
import type { Contender, Gauge, Incident, Phase } from './incidents.ts';
import type { Course, Replay } from './run-incident.ts';
import type { Sample } from './stage.ts';
import { beside, letters, phaseWords, recovery, seenBy } from './words.ts';

/** The width that a terminal has at least. */
const width = 80;
const chartHeight = 7;

/** Returns both charts of an incident as they stand, for a terminal of 80 columns. */
export function charts(
  incident: Incident,
  samples: ReadonlyMap<Contender, readonly Sample[]>,
  rate: number,
): string[] {
  const until = Object.values(incident.time).reduce((sum, ms) => sum + ms, 0);
  const frame = { width: width - 10, height: chartHeight, until };
  const ill = incident.time.healthy + incident.time.ill;
  const drawn = (gauge: Gauge, title: string): string[] => {
    const lines = incident.contenders.map((contender, index): Line => ({
      letter: letters[index] ?? '*',
      points: (samples.get(contender) ?? []).map((sample) => [sample.at, sample[gauge]]),
    }));
    const levels = new Set(
      incident.contenders.flatMap(
        ({ expected }) => expected[gauge]?.ill?.({ rate, elapsed: ill / 1000 }) ?? [],
      ),
    );
    return [
      title,
      ...chart(
        lines,
        [...levels].map((value) => ({ value })),
        frame,
      ),
    ];
  };
  return [
    ...drawn('waiting', 'callers that wait (dots: as expected by Little’s law)'),
    ...drawn('other', incident.other),
    `${' '.repeat(9)}${'─'.repeat(frame.width)}`,
    `${' '.repeat(9)}0 s${`${until / 1000} s`.padStart(frame.width - 3)}`,
  ];
}

/** Returns which letter is which variant. */
export function legend({ contenders }: Incident): string[] {
  return contenders.map(({ title, role }, index) => `  ${letters[index]}  ${title} (${role})`);
}

/** Returns the figures of a variant in plain lines. */
export function courseLines(course: Course, { incident }: Replay): string[] {
  const { contender, figures } = course;
  const { healthy, ill } = figures.phases;
  const index = incident.contenders.indexOf(contender);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  const rows: (readonly [string, string, string])[] = [
    ['', phaseWords.healthy, phaseWords.ill],
    [
      'callers that wait',
      beside(healthy.waiting, healthy.expected.waiting),
      beside(ill.waiting, ill.expected.waiting),
    ],
    [incident.other, beside(healthy.other, healthy.expected.other), beside(ill.other, ill.expected.other)],
    ['memory', megabytes(healthy.memory), megabytes(ill.memory)],
    ['failed answers', percent(healthy.errors), percent(ill.errors)],
    ['good answers a second', String(Math.round(healthy.goodput)), String(Math.round(ill.goodput))],
  ];
  return [
    `${letters[index]}  ${contender.title} (${contender.role}): ${contender.program}.ts`,
    ...rows.map(([name, before, during]) => `   ${name.padEnd(26)}${before.padEnd(22)}${during}`.trimEnd()),
    `   healthy again after       callers ${recovery(course, 'waiting')}, ${incident.other} ${recovery(course, 'other')}`,
    `   the detector              ${seenBy(course)}`,
  ];
}

/** Returns a plain line for the end of a phase, for a pipe. */
export function phaseLine(phase: Phase, samples: ReadonlyMap<Contender, readonly Sample[]>): string {
  const parts = [...samples.values()].map((own, index) => {
    const last = own.at(-1);
    return `${letters[index]} ${last ? `${Math.round(last.waiting)} waiting, ${Math.round(last.other)} open` : 'nothing yet'}`;
  });
  return `${phaseWords[phase]}: ${parts.join('; ')}`;
}
