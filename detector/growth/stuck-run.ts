import { Capture, lineOf } from '../origin/capture.ts';
import type { Frame } from '../origin/frame.ts';
import { nextSerial, type Owner } from '../origin/owner.ts';
import type { SuspendedAwait } from '../probes/awaits/awaits.ts';
import type { Leftover } from '../probes/probe.ts';
import type { CallHistory } from './call-history.ts';
import type { TimeOut } from './time-outs.ts';

/** A run that never ended, and the calls of the first run, which did. */
interface StuckRun {
  readonly owner: Owner;
  /** The number of the run, from 2 up. */
  readonly run: number;
  readonly first: CallHistory;
}

/** The file in which Node makes the promises of `navigator.locks`. */
const locks = 'node:internal/locks';

/**
 * Returns what a run waits for that never ends: a lease at the line where the first run took it, with the line of the wait.
 *
 * A promise that Node made, or whose executor attached a listener or made a handle, stands for an event: then only the
 * wait is known.
 *
 * @param opened the listeners and handles of the run
 */
export function stuckAt(
  waits: readonly SuspendedAwait[],
  opened: readonly Leftover[],
  { owner, run, first }: StuckRun,
): Leftover[] {
  return waits.map((wait) => {
    const [made] = wait.origin.made;
    const callee = calleeOf(made, wait.frame);
    const facts = { furtherRun: run };
    const about = { evidence: 'stuck', owner, serial: nextSerial(), facts: () => facts } as const;
    const { chain = [wait.frame] } = wait;
    if (isForAnEvent(made, opened)) {
      return {
        ...about,
        kind: 'await',
        type: 'async function',
        capture: wait.capture,
        chain,
        related: wait.origin.made,
      };
    }
    const calls = first.callsOf((callee ?? wait.frame).functionId);
    const capture = calls.at(-1) ?? wait.capture;
    return {
      ...about,
      kind: 'lease',
      type: nameOf(callee ?? (calls.length > 0 ? wait.frame : undefined)),
      capture,
      related: otherLines(capture, [wait.capture, ...calls]),
      chain,
    };
  });
}

/** Returns the finding of a run that blocks its thread at a line. */
export function blockedAt(capture: Capture, { owner, run }: StuckRun): Leftover[] {
  const about = { kind: 'lease', type: 'Atomics.wait', evidence: 'stuck' } as const;
  return [{ ...about, capture, owner, serial: nextSerial(), facts: () => ({ furtherRun: run }) }];
}

/**
 * Returns the finding of a run that timed out where the first run did not: a lease, at the line where the first run took
 * it, or where the program called the package whose timer it was.
 */
export function timedOutAt(timeOuts: readonly TimeOut[], { owner, run, first }: StuckRun): Leftover[] {
  const [timeOut] = timeOuts;
  if (!timeOut) return [];
  const { made, timer } = timeOut;
  const callee = made.frames.find(({ author }) => author === 'user' || author === 'package');
  const calls = callee ? first.callsOf(callee.functionId) : [];
  const isOfPackage = timer.caller?.author === 'package' && timer.site?.author === 'user';
  const capture = isOfPackage ? timer : (calls.at(-1) ?? made);
  return [
    {
      kind: 'lease',
      type: nameOf(isOfPackage ? timer.caller : callee),
      capture,
      related: otherLines(capture, [made, ...calls]),
      evidence: 'stuck',
      owner,
      serial: nextSerial(),
      facts: () => ({ furtherRun: run, timedOut: true }),
    },
  ];
}

/**
 * Returns the finding of a run that waits at no `await` of the program.
 *
 * @param made the stack of a promise of the program that is pending
 */
export function stuckSomewhere(made: Capture | undefined, { owner, run }: StuckRun): Leftover[] {
  return [
    {
      kind: 'await',
      type: 'promise',
      capture: made ?? new Capture(0),
      evidence: 'stuck',
      owner,
      serial: nextSerial(),
      facts: () => ({ furtherRun: run }),
    },
  ];
}

/**
 * Returns the function that the line of the wait called for its promise.
 *
 * @returns undefined if the waiting function made the promise itself, or found one that was there
 */
function calleeOf(made: Capture | undefined, wait: Frame): Frame | undefined {
  const frames = made?.frames ?? [];
  const at = frames.findIndex((frame) => frame.functionId === wait.functionId);
  const callee = at > 0 ? frames[at - 1] : undefined;
  return callee?.author === 'engine' ? undefined : callee;
}

function isForAnEvent(made: Capture | undefined, opened: readonly Leftover[]): boolean {
  const maker = made?.frames.find(({ author }) => author !== 'engine');
  if (!maker) return false;
  if (maker.author === 'node') return maker.file !== locks;
  return opened.some(({ capture }) => capture.frames.some(({ place }) => place === maker.place));
}

/** Returns a stack for each further line, without that of the finding. */
function otherLines(of: Capture, captures: readonly Capture[]): Capture[] {
  const lines = new Map(captures.flatMap((each) => (each.site ? [[lineOf(each.site), each] as const] : [])));
  if (of.site) lines.delete(lineOf(of.site));
  return [...lines.values()];
}

/** Returns the name of what is lent: that of the function that lends it. */
function nameOf(callee: Frame | undefined): string {
  const name = callee?.function.split('.').at(-1);
  return name === undefined || name === '<anonymous>' ? 'lease' : name;
}
