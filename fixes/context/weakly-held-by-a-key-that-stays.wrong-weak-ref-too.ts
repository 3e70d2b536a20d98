/**
 * Tried: a second map holds the body weakly.
 *
 * **Still leaks because** the list of links grows as before, and each link keeps the key under which the first map
 * still holds the body.
 */
import type { Outcome } from '../../lab/contract.ts';

interface TraceId {
  readonly number: number;
}

interface Link {
  readonly parent: TraceId;
  readonly name: string;
}

const requests = new WeakMap<TraceId, Uint8Array>();
// TRIED: doubly weak
const bodies = new WeakMap<TraceId, WeakRef<Uint8Array>>();

/** The links that a report lists, kept for as long as the process lives. */
const links: Link[] = [];
let traces = 0;

function trace(name: string): number {
  const id = { number: ++traces };
  const body = new Uint8Array(16_384);
  requests.set(id, body); // ALSO
  bodies.set(id, new WeakRef(body)); // TRIED: held weakly
  links.push({ parent: id, name }); // LEAK: memory x2
  return requests.get(id)?.length ?? 0;
}

export async function run(): Promise<Outcome> {
  const sizes = [trace('GET /'), trace('GET /about')];
  const numbers = links.slice(-2).map(({ parent }) => parent.number);
  return { sizes, areInOrder: (numbers[1] ?? 0) - (numbers[0] ?? 0) === 1 };
}
