/** The visitors of a desk: who connects from outside to what a program serves. */
import type { Manner } from '../contract.ts';
import { openHttp, openHttp2 } from './http-lines.ts';
import type { Answered, Line, OpenLine } from './line.ts';
import { messageOf } from './messages.ts';
import { openTcp, openUdp, openUnix, openWebSocket } from './socket-lines.ts';

/** How long a visitor waits for an answer, in ms. */
const answerLimit = 5_000;
/** How long a visitor who leaves waits for the peer to close as well, in ms; then it closes alone. */
const farewell = 500;

const schemes: Readonly<Record<string, OpenLine>> = {
  'http:': openHttp,
  'http2:': openHttp2,
  'ws:': openWebSocket,
  'tcp:': openTcp,
  'unix:': openUnix,
  'udp:': openUdp,
};

/** Visits by number, so that a program can name one over IPC. */
export interface Visitors {
  /** @throws if the URL can't be visited, nobody answers within 5 s, or the desk closes */
  visit(url: string, manner: Manner): Promise<Answered & { visit: number }>;
  /** Resolves when that visitor's connection is closed; also for one that is closed already. */
  leave(visit: number): Promise<void>;
  /** Destroys every visitor's connection; resolves when all are closed. */
  close(): Promise<void>;
}

export function createVisitors(): Visitors {
  const lines = new Map<number, Line>();
  let visits = 0;
  let closing = false;

  return {
    visit: async (url, manner) => {
      const visit = ++visits;
      try {
        if (closing) throw new Error('the desk is closed');
        const line = openLine(url, manner === 'hangs-up');
        lines.set(visit, line);
        void line.closed.then(() => lines.delete(visit));
        return { visit, ...(await meet(line, manner)) };
      } catch (error) {
        const reason = closing ? 'the desk is closed' : messageOf(error);
        throw new Error(`visit to ${url} failed: ${reason}`, { cause: error });
      }
    },
    leave: async (visit) => {
      const line = lines.get(visit);
      if (line !== undefined) await leave(line);
    },
    close: async () => {
      closing = true;
      const closed = [...lines.values()].map((line) => {
        line.destroy();
        return line.closed;
      });
      await Promise.all(closed);
    },
  };
}

function openLine(url: string, hangUp: boolean): Line {
  if (!URL.canParse(url)) throw new Error('not a URL');
  const parsed = new URL(url);
  const open = schemes[parsed.protocol];
  if (open === undefined) {
    throw new Error(`unknown scheme ${parsed.protocol} (there are ${Object.keys(schemes).join(' ')})`);
  }
  return open(parsed, hangUp);
}

async function meet(line: Line, manner: Manner): Promise<Answered> {
  try {
    const answered = await withinLimit(line);
    if (manner === 'leaves') await leave(line);
    if (manner === 'hangs-up') {
      line.destroy();
      await line.closed;
    }
    return answered;
  } catch (error) {
    line.destroy();
    await line.closed;
    throw error;
  }
}

/** The answer, or what has come of one that doesn't end. */
async function withinLimit(line: Line): Promise<Answered> {
  const { promise: limit, resolve, reject } = Promise.withResolvers<Answered>();
  const timer = setTimeout(() => {
    const begun = line.begun();
    if (begun === undefined) reject(new Error(`no answer within ${answerLimit / 1000} s`));
    else resolve(begun);
  }, answerLimit);
  try {
    return await Promise.race([line.answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function leave(line: Line): Promise<void> {
  line.end();
  const timer = setTimeout(() => line.destroy(), farewell);
  await line.closed;
  clearTimeout(timer);
}
