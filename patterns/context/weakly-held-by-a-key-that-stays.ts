/**
 * A tracer keeps the request of each trace in a WeakMap, under the id object of the trace, and the ids in a list of
 * links to report.
 *
 * **What leaks** The request of each trace, with its body.
 *
 * **Why it survives** A `WeakMap` holds a value for as long as its key is alive. Each link in the list holds an id,
 * and the list is never emptied; so the request stays too, though nothing refers to it directly.
 *
 * **How it shows up** The heap grows by the size of the bodies, and the snapshot shows a list of tiny objects.
 *
 * **How to fix** Key the request by an object that ends with it; put only the number of the id into the list.
 *
 * **When this is not a leak** When the keys are collected soon after the trace.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'WeakMap key kept in a list',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['DataDog/dd-trace-js#7946'],
  hints: [
    'What holds the key of the WeakMap?',
    'A value in a WeakMap lives as long as its key.',
    'Put the number into the link, not the id object.',
  ],
  node: '>=22',
} satisfies Pattern;

interface TraceId {
  readonly number: number;
}

interface Link {
  readonly parent: TraceId;
  readonly name: string;
}

const requests = new WeakMap<TraceId, Uint8Array>();

/** The links that a report lists, kept for as long as the process lives. */
const links: Link[] = [];
let traces = 0;

function trace(name: string): number {
  const id = { number: ++traces };
  const body = new Uint8Array(16_384);
  requests.set(id, body); // ALSO
  links.push({ parent: id, name }); // LEAK: memory x2
  return requests.get(id)?.length ?? 0;
}

export async function run(): Promise<Outcome> {
  const sizes = [trace('GET /'), trace('GET /about')];
  const numbers = links.slice(-2).map(({ parent }) => parent.number);
  return { sizes, areInOrder: (numbers[1] ?? 0) - (numbers[0] ?? 0) === 1 };
}
