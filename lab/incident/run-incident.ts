import { setTimeout as pause } from 'node:timers/promises';
import { figuresOf, type Figures } from './figures.ts';
import { phases, type Contender, type Incident, type Phase } from './incidents.ts';
import { interval, type Seen } from './messages.ts';
import { Stage, type Sample } from './stage.ts';

/** A variant after its incident. */
export interface Course {
  readonly contender: Contender;
  readonly samples: readonly Sample[];
  readonly figures: Figures;
  /** Findings of the detector, with some callers and the ill upstream. */
  readonly seen: readonly Seen[];
}

/** An incident that was replayed. */
export interface Replay {
  readonly incident: Incident;
  /** Requests a second. */
  readonly rate: number;
  /** True if the rate that was asked for is more than this machine can do. */
  readonly isLowered: boolean;
  readonly courses: readonly Course[];
}

export interface ReplayOptions {
  /** Requests a second, from 1. */
  readonly rate: number;
  /** Called after each look at the variants. */
  readonly onSample?: (
    phase: Phase,
    samples: ReadonlyMap<Contender, readonly Sample[]>,
    rate: number,
  ) => void;
}

/** The lowest rate, with which the incident is replayed on any machine. */
const lowestRate = 25;
/** A healthy upstream answers in 80 ms; a machine that adds more than this share to it is too slow for the rate. */
const spareShare = 0.1;

/** Replays an incident with all its variants at the same time, each with separate processes. */
export async function replay(incident: Incident, options: ReplayOptions): Promise<Replay> {
  for (let { rate } = options; ; rate = Math.floor(rate / 2)) {
    const courses = await attempt(incident, { ...options, rate });
    if (courses) return { incident, rate, isLowered: rate < options.rate, courses };
  }
}

/** Returns nothing if the machine can't do the rate while the upstream is healthy. */
async function attempt(incident: Incident, options: ReplayOptions): Promise<Course[] | undefined> {
  const { rate, onSample } = options;
  const stages = new Map(
    incident.contenders.map((contender) => [contender, new Stage(contender, incident.otherFrom)]),
  );
  const samples = new Map(incident.contenders.map((contender) => [contender, [] as Sample[]]));
  try {
    const starts = await Promise.all([...stages.values()].map((stage) => stage.start(incident.healthy)));
    const began = performance.now();
    for (const start of starts) start(rate);
    const ends: number[] = [];
    for (const phase of phases) {
      for (const stage of stages.values()) stage.behave(phase === 'ill' ? incident.ill : incident.healthy);
      const end = (ends.at(-1) ?? 0) + incident.time[phase];
      ends.push(end);
      for (let at = performance.now() - began; at < end; at = performance.now() - began) {
        await pause(Math.min(interval, end - at));
        for (const [contender, stage] of stages) {
          const sample = stage.sample(performance.now() - began);
          if (sample) samples.get(contender)?.push(sample);
        }
        onSample?.(phase, samples, rate);
      }
      if (phase === 'healthy' && rate / 2 >= lowestRate && !canDo(rate, samples)) return undefined;
    }
    for (const stage of stages.values()) stage.behave(incident.ill);
    const seen = await Promise.all([...stages.values()].map((stage) => stage.watch(incident.showsLater)));
    return incident.contenders.map((contender, index): Course => {
      const own = samples.get(contender) ?? [];
      return {
        contender,
        samples: own,
        figures: figuresOf(own, incident, contender, rate),
        seen: seen[index] ?? [],
      };
    });
  } finally {
    for (const stage of stages.values()) stage.end();
  }
}

/** Reports whether the machine answers as many requests a second about as fast as the upstream does. */
function canDo(rate: number, samples: ReadonlyMap<Contender, readonly Sample[]>): boolean {
  const late = [...samples.values()].map((own) => own.slice(-4));
  const usual = rate * 0.08;
  return late.every(
    (own) => own.reduce((sum, { waiting }) => sum + waiting, 0) / own.length < usual * (1 + spareShare) + 1,
  );
}
