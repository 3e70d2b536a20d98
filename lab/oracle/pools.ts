/**
 * Shortens Node's process-wide connection pools, which hold an idle connection or two for seconds, up to a minute.
 * This is no leak by design, but their number depends on how the last requests happened to end, and each has a
 * dozen listeners. An idle connection ends by itself in time; here its time is brought forward.
 */
import { globalAgent } from 'node:http';

/** Global slots in which undici, Node's own and the package, keeps the dispatcher of fetch. */
const slots = [Symbol.for('undici.globalDispatcher.2'), Symbol.for('undici.globalDispatcher.1')];

/** Time that an idle connection of fetch stays open, in ms. */
const idle = 10;

type Dispatchers = Record<symbol, object | undefined>;

/**
 * Makes the process-wide pool of fetch drop idle connections after 10 ms, if fetch was loaded. Requests under way
 * stay with their pool; a dispatcher that the program has made stays in place.
 */
export function shortenIdleFetch(): void {
  const dispatchers = globalThis as unknown as Dispatchers;
  let agent: object | undefined;
  for (const slot of slots) {
    const present = dispatchers[slot];
    if (present?.constructor.name === 'Agent') {
      agent = construct(present, { keepAliveTimeout: idle, keepAliveMaxTimeout: idle });
      dispatchers[slot] = agent;
    } else if (present?.constructor.name === 'Dispatcher1Wrapper' && agent) {
      // for users of an older dispatcher API; it passes on to the agent
      dispatchers[slot] = construct(present, agent);
    }
  }
}

/** Closes the idle connections of node:http's global agent. */
export function closeIdleHttp(): void {
  // Bun's agent has none
  for (const sockets of Object.values((globalAgent as Partial<typeof globalAgent>).freeSockets ?? {})) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

function construct(like: object, argument: object): object {
  return Reflect.construct(like.constructor, [argument]) as object;
}
