import { byCertainty } from '../../detector/internal.ts';
import type { CauseHistory, History } from '../history/cause-history.ts';
import { countOf, fixLine, labelOf } from './text/fields.ts';
import { duplicateLabel, type Ticket } from './trackers/tracker.ts';

/** A cause that gets a ticket. */
export interface Create {
  readonly do: 'create';
  readonly label: string;
  readonly cause: CauseHistory;
  readonly why: string;
}

/** A ticket that is no longer as its cause. */
export interface Adjust {
  readonly do: 'update' | 'reopen' | 'close';
  readonly label: string;
  readonly cause: CauseHistory;
  readonly ticket: Ticket;
  readonly why: string;
}

/** A second ticket of a cause. */
export interface CloseDuplicate {
  readonly do: 'close duplicate';
  readonly label: string;
  readonly ticket: Ticket;
  /** The ticket that stays; absent if the duplicate is marked, and only still open. */
  readonly of?: Ticket;
  readonly why: string;
}

/** A thing to do with one ticket. */
export type Action = Create | Adjust | CloseDuplicate;

export interface Plan {
  readonly actions: readonly Action[];
  /** Causes that leak and get no ticket in this run, for the cap. */
  readonly more: readonly CauseHistory[];
  /** Open tickets of causes that the history doesn't know. */
  readonly unknown: readonly Ticket[];
}

export interface PlanOptions {
  /** The clean runs after which a ticket is closed. */
  readonly after: number;
  /** The most new tickets. */
  readonly most: number;
  /** Returns the text for a cause in the form that tickets have. */
  own(cause: CauseHistory): string;
}

/** Compares the causes with the tickets found, and returns what has to be done. */
export function planTickets(history: History, tickets: readonly Ticket[], options: PlanOptions): Plan {
  const causes = new Map(history.causes.map((cause) => [labelOf(cause), cause]));
  const found = Map.groupBy(
    tickets.filter(({ labels }) => !labels.includes(duplicateLabel)),
    (ticket) => labelIn(ticket),
  );
  const actions: Action[] = tickets.flatMap(unfinishedDuplicate);
  const fresh: CauseHistory[] = [];
  for (const [label, cause] of [...causes].toSorted(([, a], [, b]) => worstFirst(a, b))) {
    const all = found.get(label) ?? [];
    const [main] = all.toSorted(oldestFirst);
    actions.push(...duplicatesOf(label, all));
    const action = main && actionFor(cause, main, options);
    if (action) actions.push(action);
    if (!main && isLeaking(cause)) fresh.push(cause);
  }
  const created = fresh.slice(0, options.most).map((cause): Action => ({
    do: 'create',
    label: labelOf(cause),
    cause,
    why: `${countOf(cause)} at once, in ${cause.runs} ${cause.runs === 1 ? 'run' : 'runs'}`,
  }));
  const unknown = tickets.filter((ticket) => {
    const label = labelIn(ticket);
    return ticket.isOpen && label !== undefined && !causes.has(label);
  });
  return { actions: [...actions, ...created], more: fresh.slice(options.most), unknown };
}

/** Returns what has to be done with the one ticket of a cause; undefined if it is as it should be. */
export function actionFor(
  cause: CauseHistory,
  ticket: Ticket,
  { after, own }: Pick<PlanOptions, 'after' | 'own'>,
): Adjust | undefined {
  const about = { label: labelOf(cause), cause, ticket };
  if (ticket.isHandsOff) return undefined;
  if (!ticket.isOpen) {
    const isBack =
      isLeaking(cause) && (ticket.closed === undefined || isAfter(cause.last.time, ticket.closed));
    return isBack ? { do: 'reopen', ...about, why: `seen again ${cause.last.time.slice(0, 10)}` } : undefined;
  }
  if (isFixed(cause, after)) return { do: 'close', ...about, why: fixLine(cause) };
  if (own(cause) === ticket.own) return undefined;
  return { do: 'update', ...about, why: `${countOf(cause)} at once, last ${cause.last.time.slice(0, 10)}` };
}

/** Returns the tickets of one cause that another run opened at the same time: the lowest number stays. */
export function duplicatesOf(label: string, tickets: readonly Ticket[]): CloseDuplicate[] {
  const [main, ...others] = tickets.toSorted(oldestFirst);
  if (!main) return [];
  return others.map((ticket) => ({
    do: 'close duplicate',
    label,
    ticket,
    of: main,
    why: `${main.name} has the same cause`,
  }));
}

/** Reports whether a cause has been clean for long enough. */
export function isFixed({ fixed, cleanRuns }: CauseHistory, after: number): boolean {
  return fixed !== undefined && cleanRuns >= after;
}

/** Reports whether the last run that watched its tests saw a cause. */
function isLeaking({ cleanRuns }: CauseHistory): boolean {
  return cleanRuns === 0;
}

/** Returns the label of the cause; undefined for a ticket that has none. */
export function labelIn({ labels }: Pick<Ticket, 'labels'>): string | undefined {
  return labels.find((label) => /^leaklab-[\da-f]{12}$/.test(label));
}

function unfinishedDuplicate(ticket: Ticket): CloseDuplicate[] {
  if (!ticket.isOpen || !ticket.labels.includes(duplicateLabel) || ticket.isHandsOff) return [];
  return [{ do: 'close duplicate', label: duplicateLabel, ticket, why: 'it is marked as one' }];
}

function oldestFirst(a: Ticket, b: Ticket): number {
  return a.number - b.number;
}

function isAfter(a: string, b: string): boolean {
  return Date.parse(a) > Date.parse(b);
}

/** Orders causes: in the package before in a test, then the most certain, the most frequent, the slowest. */
function worstFirst(a: CauseHistory, b: CauseHistory): number {
  return (
    Number(a.isInTest) - Number(b.isInTest) ||
    byCertainty.indexOf(a.evidence) - byCertainty.indexOf(b.evidence) ||
    countOf(b) - countOf(a) ||
    b.waited - a.waited ||
    (a.cause < b.cause ? -1 : 1)
  );
}
