/**
 * A tracer keeps the request of each trace in a WeakMap, by the id object of the trace, and the ids in the list of
 * what is to be reported.
 *
 * **What leaks** The request of each trace, with its body.
 *
 * **Why it survives** A `WeakMap` holds a value for as long as its key is alive. The id is held by each link in the
 * list, which is never emptied; so the request is too, though nothing names it.
 *
 * **How it shows up** The heap grows by the size of the bodies, and the snapshot shows a list of tiny objects.
 *
 * **How to fix** Keep the request by an object that ends with it; write only the number of the id into the list.
 *
 * **When this is not a leak** When the keys are collected soon after the work.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Request in a WeakMap whose key is kept elsewhere',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['DataDog/dd-trace-js#7946'],
  hints: [
    'Who holds the key of the WeakMap?',
    'A value lives as long as its key.',
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

/** What a report lists, for as long as the process lives. */
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
