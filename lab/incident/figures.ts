import type { Contender, Gauge, Incident, Phase } from './incidents.ts';
import type { Sample } from './stage.ts';

/** The averages of the last two seconds of a phase. */
export interface PhaseFigures {
  readonly waiting: number;
  readonly other: number;
  /** Resident memory of the service, in bytes. */
  readonly memory: number;
  /** Answers a second that are no failure. */
  readonly goodput: number;
  /** The share of answers that are failures, from 0 to 1; 0 without answers. */
  readonly errors: number;
  /** Counts by Little's law or by the size of a pool, where a number is expected. */
  readonly expected: Readonly<Partial<Record<Gauge, number>>>;
}

export interface Figures {
  readonly phases: Readonly<Record<Phase, PhaseFigures>>;
  /**
   * The time after the upstream healed until the count was near its healthy figure again, in ms; absent if it wasn't
   * before the end.
   */
  readonly recovered: Readonly<Partial<Record<Gauge, number>>>;
}

/** The end of a phase that is measured, in ms. */
const measured = 2000;
/** The share above a healthy figure that still is healthy. */
const near = 0.25;

/** Returns the figures of a variant from its samples. */
export function figuresOf(
  samples: readonly Sample[],
  incident: Incident,
  contender: Contender,
  rate: number,
): Figures {
  const { time } = incident;
  const ends = {
    healthy: time.healthy,
    ill: time.healthy + time.ill,
    healed: time.healthy + time.ill + time.healed,
  };
  const phase = (name: Phase): PhaseFigures => {
    const last = samples.filter(({ at }) => at > ends[name] - measured && at <= ends[name]);
    const elapsed = average(last.map(({ at }) => at)) / 1000;
    const answered = sum(last.map((each) => each.answered));
    const failed = sum(last.map((each) => each.failed));
    const expect = (gauge: Gauge): number | undefined =>
      contender.expected[gauge]?.[name === 'ill' ? 'ill' : 'healthy']?.({ rate, elapsed });
    const [waiting, other] = [expect('waiting'), expect('other')];
    return {
      waiting: average(last.map((each) => each.waiting)),
      other: average(last.map((each) => each.other)),
      memory: average(last.map(({ memory }) => memory)),
      goodput: answered / (measured / 1000),
      errors: answered + failed > 0 ? failed / (answered + failed) : 0,
      expected: { ...(waiting !== undefined && { waiting }), ...(other !== undefined && { other }) },
    };
  };
  const all = { healthy: phase('healthy'), ill: phase('ill'), healed: phase('healed') };
  const recovery = (gauge: Gauge): number | undefined => {
    const limit = all.healthy[gauge] * (1 + near) + 1;
    const later = samples.filter(({ at }) => at > ends.ill);
    const lastAbove = later.findLastIndex((sample) => sample[gauge] > limit);
    const first = later[lastAbove + 1];
    return first && Math.max(0, first.at - ends.ill);
  };
  const [waiting, other] = [recovery('waiting'), recovery('other')];
  return {
    phases: all,
    recovered: { ...(waiting !== undefined && { waiting }), ...(other !== undefined && { other }) },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return values.length > 0 ? sum(values) / values.length : 0;
}
