/** An await of the program that was entered and is not left. */
export interface Await {
  readonly site: string;
  readonly awaited: WeakRef<object>;
}

export interface Stalls {
  /** Awaits that are not left. */
  readonly stalled: number;
  /** Of these, those whose promise nothing holds any more: they can never be left. Ask after garbage collection. */
  readonly collected: number;
  /** How many stall at which place, `stalls file.ts:12`. */
  readonly sites: Readonly<Record<string, number>>;
}

/** Counts awaits that are not left, by their places. */
export function stallsOf(open: ReadonlySet<Await>): Stalls {
  const sites: Record<string, number> = {};
  let collected = 0;
  for (const { site, awaited } of open) {
    sites[`stalls ${site}`] = (sites[`stalls ${site}`] ?? 0) + 1;
    if (awaited.deref() === undefined) collected++;
  }
  return { stalled: open.size, collected, sites };
}
