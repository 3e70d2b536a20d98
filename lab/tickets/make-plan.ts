import { readFileSync } from 'node:fs';
import { rootOf } from '../ci/git.ts';
import type { CauseHistory, History } from '../history/cause-history.ts';
import { messageOf } from '../shared/error-message.ts';
import { showStatus } from '../shared/status-line.ts';
import { UsageError } from '../shared/usage-error.ts';
import { readAbove, type Above } from './create.ts';
import type { Opened } from './open-tracker.ts';
import { ownersFrom } from './owners.ts';
import { isFixed, planTickets, type Plan } from './plan.ts';
import { valuesOf } from './text/fields.ts';
import { fill, parseTemplate, type Filled, type Template } from './text/template.ts';
import { usualTemplate } from './text/usual-template.ts';
import type { TicketsSettings } from './tickets-settings.ts';
import { commonLabel, type Ticket } from './trackers/tracker.ts';

/** The text of tickets, and who gets them. */
export interface Texts {
  filled(cause: CauseHistory): Filled;
  own(cause: CauseHistory): string;
  assignees(cause: CauseHistory): readonly string[];
}

/**
 * Returns the functions that make the text of tickets from the settings.
 *
 * @param policy the policy file of the project, if it has one
 * @throws UsageError if the template or the policy can't be used
 */
export async function textsOf(
  { template: file, after, assignees }: TicketsSettings,
  policy: string | undefined,
  { tracker }: Opened,
): Promise<Texts> {
  const template = templateOf(file);
  const root = await rootOf(process.cwd());
  const ownersOf = await ownersFrom(root, policy);
  const filled = (cause: CauseHistory): Filled =>
    fill(template, valuesOf(cause, { root, owners: ownersOf(cause), isFixed: isFixed(cause, after) }));
  return {
    filled,
    own: (cause) => tracker.own(filled(cause)),
    assignees: (cause) => ownersOf(cause).map((owner) => assignees[owner] ?? owner),
  };
}

function templateOf(file: string | undefined): Template {
  if (file === undefined) return parseTemplate(usualTemplate, 'the usual template');
  try {
    return parseTemplate(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: ${messageOf(error)}`, '--template names a Markdown file');
  }
}

/** Reads the tickets that are there, and returns what has to be done. */
export async function makePlan(
  history: History,
  { after, most }: TicketsSettings,
  { tracker }: Opened,
  own: Texts['own'],
): Promise<{ plan: Plan; above: Above }> {
  showStatus(`reads the tickets of ${tracker.project}`);
  const listed = await tracker.withLabel(commonLabel);
  const first = planTickets(history, listed, { after, most, own });
  const highest = Math.max(0, ...listed.map(({ number }) => number));
  if (!first.actions.some((action) => action.do === 'create')) {
    showStatus('');
    return { plan: first, above: { tickets: [], highest } };
  }
  // a run that was killed may have created tickets that lists don't show yet
  const above = await readAbove(tracker, Math.max(highest, await tracker.newest()));
  showStatus('');
  const ours = above.tickets.filter(({ labels }) => labels.includes(commonLabel));
  return { plan: planTickets(history, unique([...listed, ...ours]), { after, most, own }), above };
}

function unique(tickets: readonly Ticket[]): Ticket[] {
  return [...new Map(tickets.map((ticket) => [ticket.name, ticket])).values()];
}
