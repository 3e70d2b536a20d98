import type { Requests } from './trackers/requests.ts';
import { Stopped, Unsure } from './trackers/requests.ts';
import type { Draft, Ticket, Tracker } from './trackers/tracker.ts';

/** Numbers in a row without a ticket after which no higher one is expected. */
const mostGaps = 5;
/** The most numbers that are read to find what another run created at the same time. */
const mostBetween = 50;
/** The ms before each look for a ticket whose creation got no answer. */
const looks = [0, 500, 2000];
const mostAttempts = 3;

/** The tickets above a number, and the highest number in use. */
export interface Above {
  readonly tickets: readonly Ticket[];
  readonly highest: number;
}

/**
 * Reads the tickets above a number one by one: lists lag behind, a ticket that is asked for by its number does not.
 *
 * @param number the highest that lists know
 */
export async function readAbove(tracker: Tracker, number: number): Promise<Above> {
  const tickets: Ticket[] = [];
  let highest = number;
  for (let at = number + 1; at <= highest + mostGaps; at += 1) {
    const found = await tracker.read(at);
    if (found === undefined) continue;
    highest = at;
    if (found !== 'other') tickets.push(found);
  }
  return { tickets, highest };
}

/** A ticket that was created or found, and others of the same cause. */
export interface Created {
  readonly ticket: Ticket;
  readonly same: readonly Ticket[];
  /** The highest number that is known to be in use. */
  readonly highest: number;
  /** False if the ticket was there already. */
  readonly isNew: boolean;
}

/**
 * Creates the ticket of a cause, once. No request is repeated unread: after one without an answer, the ticket is
 * looked for first.
 *
 * @param known the highest number in use
 * @throws Stopped if the service keeps failing
 */
export async function createOnce(
  tracker: Tracker,
  draft: Draft,
  known: number,
  requests: Pick<Requests, 'wait'>,
): Promise<Created> {
  const [there, ...others] = await tracker.withLabel(draft.label);
  if (there) return { ticket: there, same: others, highest: known, isNew: false };
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    try {
      const ticket = await tracker.create(draft);
      const same = await sameCause(tracker, draft.label, ticket, known);
      return { ticket, same, highest: Math.max(known, ticket.number), isNew: true };
    } catch (error) {
      if (!(error instanceof Unsure)) throw error;
      const found = await lookFor(tracker, draft.label, known, async (ms) =>
        requests.wait(ms, error.message),
      );
      if (found) return found;
    }
  }
  throw new Stopped(
    `${tracker.service}: ${draft.label} can't be created: no answer, ${mostAttempts} times, and it isn't there`,
    'run it again later: what is done is done',
  );
}

async function lookFor(
  tracker: Tracker,
  label: string,
  known: number,
  wait: (ms: number) => Promise<void>,
): Promise<Created | undefined> {
  for (const ms of looks) {
    await wait(ms);
    const above = await readAbove(tracker, known);
    const listed = await tracker.withLabel(label);
    const found = byNumber([...listed, ...above.tickets.filter(({ labels }) => labels.includes(label))]);
    const [ticket, ...same] = found;
    if (ticket) return { ticket, same, highest: above.highest, isNew: true };
  }
  return undefined;
}

/** Returns other tickets of the cause: those in lists, and those between what was known and the new one. */
async function sameCause(tracker: Tracker, label: string, ticket: Ticket, known: number): Promise<Ticket[]> {
  const found = await tracker.withLabel(label);
  const from = Math.max(known + 1, ticket.number - mostBetween);
  for (let number = from; number < ticket.number; number += 1) {
    const between = await tracker.read(number);
    if (between !== undefined && between !== 'other' && between.labels.includes(label)) found.push(between);
  }
  return byNumber(found).filter((each) => each.number !== ticket.number || each.name !== ticket.name);
}

function byNumber(tickets: readonly Ticket[]): Ticket[] {
  const unique = new Map(tickets.map((ticket) => [ticket.name, ticket]));
  return [...unique.values()].toSorted((a, b) => a.number - b.number);
}
