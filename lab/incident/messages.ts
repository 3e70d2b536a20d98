/** The behaviour of the upstream. */
export interface Behaviour {
  /** The time until it answers, in ms. */
  readonly delay: number;
  /** The share of requests that it refuses, from 0 to 1. */
  readonly refused: number;
}

/** An order to a process of an incident, from the one that started it. */
export type Order =
  | { readonly behave: Behaviour }
  | { readonly load: { readonly url: string; readonly rate: number } }
  | { readonly serve: { readonly program: string; readonly upstream: string } }
  | { readonly watch: Watch };

/** A variant for the detector to watch, in an order. */
export interface Watch {
  readonly program: string;
  readonly upstream: string;
  /** True to let the callers ask again and again, as a client that is lost shows only when none is left. */
  readonly isRepeated: boolean;
}

/** A line of the report of the detector. */
export interface Seen {
  readonly kind: string;
  readonly count: number;
  /** `race.ts:14:29` */
  readonly at?: string;
}

/** A message of a process of an incident, several times a second; counts are averages since the last one. */
export type News =
  | { readonly ready: string }
  | { readonly upstream: { readonly open: number } }
  | {
      readonly service: {
        readonly waiting: number;
        /** Absent for a variant that counts nothing. */
        readonly count?: number;
        /** Resident memory, in bytes. */
        readonly memory: number;
      };
    }
  | { readonly load: { readonly sent: number; readonly answered: number; readonly failed: number } }
  | { readonly seen: readonly Seen[] };

/** The time between two news of one process, in ms. */
export const interval = 250;

/** Tells the process that started this one. */
export function tell(news: News): void {
  if (process.connected) process.send?.(news);
}

/** Listens to orders, and ends this process with the one that started it. */
export function obey(act: (order: Order) => void): void {
  process.on('message', (order) => act(order as Order));
  process.on('disconnect', () => process.exit());
}
