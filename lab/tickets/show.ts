import { cut } from '../../detector/internal.ts';
import type { Done } from './apply.ts';
import type { Action, Plan } from './plan.ts';
import type { Tracker } from './trackers/tracker.ts';

const verbs: Readonly<Record<Action['do'], { readonly would: string; readonly done: string }>> = {
  create: { would: 'would create', done: 'created' },
  update: { would: 'would update', done: 'updated' },
  reopen: { would: 'would reopen', done: 'reopened' },
  close: { would: 'would close', done: 'closed' },
  'close duplicate': { would: 'would close', done: 'closed' },
};

/** Returns the line of an action that would be done: `would close   #12  leaklab-1a2b3c4d5e6f  fixed by 9f8e7d6c`. */
export function plannedLine(action: Action, title: string): string {
  const name = 'ticket' in action ? action.ticket.name : '';
  return lineOf(verbs[action.do].would.padEnd(12), name, action, title);
}

/** Returns the line of an action that was done, or refused. */
export function doneLine({ action, ticket, failed }: Done, title: string): string {
  const name = ticket?.name ?? ('ticket' in action ? action.ticket.name : '');
  if (failed !== undefined) return `failed    ${name}  ${failed}`;
  return lineOf(verbs[action.do].done.padEnd(8), name, action, title);
}

function lineOf(verb: string, name: string, action: Action, title: string): string {
  // the name of a file is its label
  const names = [name, name.startsWith(action.label) ? '' : action.label].filter((each) => each !== '');
  const what = action.do === 'create' ? title : action.why;
  const isDuplicate = action.do === 'close duplicate';
  return `${verb}  ${names.join('  ')}  ${isDuplicate ? 'a duplicate: ' : ''}${cut(what, 100)}`;
}

/** Returns the lines after those of the actions: what is left out, and why. */
export function restLines({ more, unknown }: Plan, most: number): string[] {
  return [
    ...(more.length > 0
      ? [`${counted(more.length, 'more cause')} without a ticket: --most ${most} is reached`]
      : []),
    ...(unknown.length > 0
      ? [`${counted(unknown.length, 'open ticket')} of causes that the history doesn't know: left alone`]
      : []),
  ];
}

/** Returns the last line of a run that changed tickets. */
export function endLine(done: readonly Done[], { project }: Tracker): string {
  const failed = done.filter((each) => each.failed !== undefined).length;
  if (done.length === 0) return nothingLine(project);
  const count = `${counted(done.length - failed, 'ticket')} changed in ${project}`;
  return failed === 0 ? count : `${count}, ${failed} failed`;
}

/** Returns the last line of a dry run. */
export function nextLine({ actions }: Plan, { project }: Tracker): string {
  if (actions.length === 0) return nothingLine(project);
  return `next: the same with --apply does ${actions.length === 1 ? 'this' : `these ${actions.length}`} in ${project}`;
}

function nothingLine(project: string): string {
  return `nothing to do: the tickets of ${project} are up to date`;
}

/** Returns what a run did, or would do, as data. */
export function toJson(
  { service, project }: Tracker,
  plan: Plan,
  run: { readonly isApplied: boolean; readonly done: readonly Done[]; readonly stopped?: string },
): object {
  const { isApplied, done, stopped } = run;
  return {
    version: 1,
    service,
    project,
    isApplied,
    ...(stopped !== undefined && { stopped }),
    planned: plan.actions.map((action) => entryOf(action)),
    done: done.map(({ action, ticket, failed }) => ({
      ...entryOf(action),
      ...(ticket && { ticket: ticket.name, ...(ticket.url !== undefined && { url: ticket.url }) }),
      ...(failed !== undefined && { failed }),
    })),
    withoutTicket: plan.more.map(({ cause }) => cause),
    unknown: plan.unknown.map(({ name }) => name),
  };
}

function entryOf(action: Action): object {
  return {
    do: action.do,
    label: action.label,
    ...('cause' in action && { cause: action.cause.cause }),
    ...('ticket' in action && { ticket: action.ticket.name }),
    why: action.why,
  };
}

/** Returns a number and a noun. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
