/** An await that the program entered and has not left. */
export interface Await {
  readonly site: string;
  readonly awaited: WeakRef<object>;
}

export interface Stalls {
  /** Number of open awaits. */
  readonly stalled: number;
  /** Number of open awaits whose promise was collected, which can never end. Read it after garbage collection. */
  readonly collected: number;
  /** Number of open awaits by place, such as `stalls file.ts:12`. */
  readonly sites: Readonly<Record<string, number>>;
}

/** Counts open awaits by their places. */
export function stallsOf(open: ReadonlySet<Await>): Stalls {
  const sites: Record<string, number> = {};
  let collected = 0;
  for (const { site, awaited } of open) {
    sites[`stalls ${site}`] = (sites[`stalls ${site}`] ?? 0) + 1;
    if (awaited.deref() === undefined) collected++;
  }
  return { stalled: open.size, collected, sites };
}
