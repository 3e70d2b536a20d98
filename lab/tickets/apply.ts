import type { CauseHistory } from '../history/cause-history.ts';
import { createOnce, type Above } from './create.ts';
import {
  actionFor,
  duplicatesOf,
  type Action,
  type Adjust,
  type CloseDuplicate,
  type Create,
  type PlanOptions,
} from './plan.ts';
import type { Filled } from './text/template.ts';
import { Refused, type Requests } from './trackers/requests.ts';
import { commonLabel, duplicateLabel, type Ticket, type Tracker } from './trackers/tracker.ts';

/** A thing that was done, or that the tracker refused. */
export interface Done {
  readonly action: Action;
  readonly ticket?: Ticket;
  /** The reason why it could not be done. */
  readonly failed?: string;
}

export interface ApplyOptions extends Pick<PlanOptions, 'after' | 'own'> {
  readonly tracker: Tracker;
  /** Returns the text for a cause. */
  filled(cause: CauseHistory): Filled;
  /** Returns the names by which the tracker assigns the owners of a cause. */
  assignees(cause: CauseHistory): readonly string[];
  readonly requests: Pick<Requests, 'wait'>;
  /** The highest number in use, and the tickets that lists don't show yet. */
  readonly above: Above;
  /** Called for each action as soon as it is done. */
  onDone(done: Done): void;
}

/**
 * Carries out a plan, one ticket after another, so that a run that is stopped leaves each ticket done or untouched.
 *
 * @throws Stopped if the service or the budget allows no more
 */
export async function applyActions(actions: readonly Action[], options: ApplyOptions): Promise<void> {
  let known = options.above.highest;
  for (const action of actions) {
    if (action.do === 'create') known = await create(action, known, options);
    else await change(action, options);
  }
}

async function create(action: Create, known: number, options: ApplyOptions): Promise<number> {
  const { cause, label } = action;
  const { tracker } = options;
  const draft = { label, filled: options.filled(cause), assignees: options.assignees(cause) };
  const { ticket, same, highest, isNew } = await createOnce(tracker, draft, known, options.requests);
  if (isNew) options.onDone({ action, ticket });
  else await adopt(cause, ticket, options);
  for (const duplicate of duplicatesOf(label, [ticket, ...same])) await change(duplicate, options);
  return highest;
}

/** Takes up a ticket that lost the common label, or that another run has just created. */
async function adopt(cause: CauseHistory, ticket: Ticket, options: ApplyOptions): Promise<void> {
  if (!ticket.labels.includes(commonLabel)) {
    await options.tracker.change(ticket, { labels: { add: commonLabel } });
  }
  const action = actionFor(cause, ticket, options);
  if (action) await change(action, options);
}

/** Changes a ticket; a refusal says something of this ticket, where that of a creation does of the project. */
async function change(action: Adjust | CloseDuplicate, options: ApplyOptions): Promise<void> {
  try {
    await changeNow(action, options);
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error;
    options.onDone({ action, failed: error.message });
  }
}

/** Carries out a change if the ticket, read again, still asks for it: lists may be out of date. */
async function changeNow(action: Adjust | CloseDuplicate, options: ApplyOptions): Promise<void> {
  const { tracker, onDone } = options;
  const ticket = await tracker.refresh(action.ticket);
  if (!ticket) return;
  if (action.do === 'close duplicate') {
    if (await closeDuplicate(action, ticket, tracker)) onDone({ action, ticket });
    return;
  }
  const now = actionFor(action.cause, ticket, options);
  if (!now) return;
  const filled = options.filled(action.cause);
  const state = now.do === 'close' ? 'closed' : 'open';
  await tracker.change(ticket, { filled, ...(now.do !== 'update' && { state }) });
  onDone({ action: now, ticket });
}

async function closeDuplicate(
  { label, of }: CloseDuplicate,
  ticket: Ticket,
  tracker: Tracker,
): Promise<boolean> {
  const isMarked = ticket.labels.includes(duplicateLabel);
  if (ticket.isHandsOff || (isMarked && !ticket.isOpen)) return false;
  if (isMarked || !of) {
    await tracker.change(ticket, { state: 'closed' });
    return true;
  }
  const main = await tracker.refresh(of);
  if (!main?.labels.includes(label) || !ticket.labels.includes(label)) return false;
  await tracker.change(ticket, {
    filled: duplicateText(main),
    labels: { add: duplicateLabel, remove: label },
    state: 'closed',
  });
  return true;
}

function duplicateText({ name }: Ticket): Filled {
  const text = `Duplicate of ${name}: two runs opened a ticket for the same cause at the same time.`;
  return { title: '', lines: [{ pieces: [{ text, isValue: false }], in: 'text' }] };
}
