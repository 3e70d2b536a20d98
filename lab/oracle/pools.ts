/**
 * The connection pools that Node keeps for the whole process hold an idle connection or two for some seconds, up
 * to a minute: by design no leak, but how many there are depends on how the last requests happened to end, and
 * each comes with a dozen listeners. An idle connection ends by itself in time; here it is given its time.
 */
import { globalAgent } from 'node:http';

/** Where undici, Node's own and the package, keeps the dispatcher that fetch goes through. */
const slots = [Symbol.for('undici.globalDispatcher.2'), Symbol.for('undici.globalDispatcher.1')];

/** For how long a connection of fetch stays open when idle, in ms. */
const idle = 10;

type Dispatchers = Record<symbol, object | undefined>;

/**
 * Has the process-wide pool of fetch drop its idle connections after 10 ms from now on, if fetch has been loaded.
 * Requests under way stay with the pool they have; a dispatcher that the program has made stays in place.
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
      // For users of an older dispatcher API; it passes on to the agent.
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
