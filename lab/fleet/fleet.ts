import type { WatchedLine, WatchReport } from '../../detector/internal.ts';

/** A line of the program, over all instances of a fleet. */
export interface FleetLine extends Pick<WatchedLine, 'kind' | 'type' | 'site'> {
  /** The number of instances on which the line grows or alarms. */
  readonly growing: number;
  /** The number of instances on which the line alarms. */
  readonly alarming: number;
  /** The number of instances on which resources of the line are open. */
  readonly instances: number;
  /** The open resources of all instances. */
  readonly count: number;
  /** The resources by which the line grows in each minute, over all instances. */
  readonly growth: number;
  /** The greatest age of an instance's line, in ms. */
  readonly age: number;
}

/** The reports of a fleet, merged. */
export interface Fleet {
  readonly version: 1;
  /** The number of instances. */
  readonly instances: number;
  /** The lines, the one that grows on most instances first. */
  readonly lines: readonly FleetLine[];
}

/** Merges the reports of many instances by line; of one instance, only the newest report counts. */
export function mergeFleet(reports: readonly WatchReport[]): Fleet {
  const newest = new Map<string, WatchReport>();
  for (const report of reports.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const { host, pid, thread, since } = report.instance;
    newest.set(JSON.stringify([host, pid, thread, since]), report);
  }
  const groups = Map.groupBy(
    [...newest.values()].flatMap(({ lines }, instance) => lines.map((line) => ({ line, instance }))),
    ({ line: { kind, type, site } }) => JSON.stringify([kind, type, site?.file, site?.line]),
  );
  const lines = [...groups.values()].flatMap((group): FleetLine[] => {
    const [first] = group;
    if (!first) return [];
    const { kind, type, site } = first.line;
    const on = (test: (line: WatchedLine) => boolean): number =>
      new Set(group.filter(({ line }) => test(line)).map(({ instance }) => instance)).size;
    const sum = (value: (line: WatchedLine) => number): number =>
      group.reduce((all, { line }) => all + value(line), 0);
    return [
      {
        kind,
        type,
        ...(site && { site }),
        growing: on(({ growth, alarm }) => alarm || growth > 0),
        alarming: on(({ alarm }) => alarm),
        instances: on(() => true),
        count: sum(({ count }) => count),
        growth: Math.round(sum(({ growth }) => growth) * 10) / 10,
        age: Math.max(...group.map(({ line }) => line.age)),
      },
    ];
  });
  return {
    version: 1,
    instances: newest.size,
    lines: lines.toSorted((a, b) => b.growing - a.growing || b.count * b.age - a.count * a.age),
  };
}
