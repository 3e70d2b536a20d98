/** The `Lab` of a measured program, and the ways on which its questions reach the endpoints. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../contract.ts';
import { messageOf } from '../shared/error-message.ts';
import {
  parseLetter,
  parseQuestion,
  parseReply,
  type Addresses,
  type Answer,
  type Ask,
  type Letter,
  type Reply,
} from './messages.ts';
import type { RunEndpoints } from './outside.ts';

/**
 * Creates the lab of one run.
 *
 * @param addresses of the run's endpoints
 * @param scratch an empty folder for this run alone; the caller removes it
 * @param ask brings questions to the endpoints
 */
export function createLab({ postgres, ...upstream }: Addresses, scratch: string, ask: Ask): Lab {
  return {
    scratch,
    get postgres() {
      if (postgres === undefined) throw new Error('the lab was opened without a PostgreSQL');
      return postgres;
    },
    upstream: {
      ...upstream,
      connections: async () => {
        const answer = await ask({ ask: 'connections' });
        if (answer.answer !== 'connections') throw unexpected(answer);
        return answer.count;
      },
    },
    visit: async (url, manner = 'leaves') => {
      const answer = await ask({ ask: 'visit', url, manner });
      if (answer.answer !== 'visited') throw unexpected(answer);
      const { visit, status, body } = answer;
      return {
        status,
        body,
        leave: async () => {
          await ask({ ask: 'leave', visit });
        },
      };
    },
  };
}

let letters = 0;

/**
 * Asks over this process's IPC channel; the parent answers by {@link answerChild}. It listens on the channel only
 * while an answer is due: it keeps the process alive then and at no other time, and leaves no listener behind. This
 * relies on Node's own count of listeners: in a process that called `process.channel.unref()` itself, a question
 * does not keep the process alive.
 * @throws if this process has no IPC channel; a question rejects if the parent goes before it has answered
 */
export function createIpcAsk(): Ask {
  if (process.send === undefined) throw new Error('no IPC channel: the lab has to fork this process');
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();

  const take = (id: number): PromiseWithResolvers<Answer> | undefined => {
    const letter = waiting.get(id);
    if (waiting.delete(id) && waiting.size === 0) {
      process.off('message', receive);
      process.off('disconnect', giveUp);
    }
    return letter;
  };
  const receive = (message: unknown): void => {
    const reply = parseReply(message);
    if (reply?.leaklab === 'answer') take(reply.id)?.resolve(reply.answer);
    else if (reply?.leaklab === 'failure') take(reply.id)?.reject(new Error(reply.message));
  };
  const giveUp = (): void => {
    for (const id of waiting.keys()) take(id)?.reject(new Error('the lab went away before it answered'));
  };

  return (question) => {
    const id = ++letters;
    const letter = Promise.withResolvers<Answer>();
    if (waiting.size === 0) {
      process.on('message', receive);
      process.on('disconnect', giveUp);
    }
    waiting.set(id, letter);
    const message: Letter = { leaklab: 'question', id, question };
    if (process.connected) {
      process.send?.(message, undefined, undefined, (error) => {
        if (error) take(id)?.reject(new Error(`the question did not reach the lab: ${error.message}`));
      });
    } else giveUp();
    return letter.promise;
  };
}

/**
 * Answers the questions of a forked child through these endpoints, and ignores other messages.
 *
 * @returns a function that stops the answers
 */
export function answerChild(child: ChildProcess, endpoints: Pick<RunEndpoints, 'ask'>): () => void {
  const receive = (message: unknown): void => {
    const letter = parseLetter(message);
    if (letter === undefined) return;
    const { id, question } = letter;
    const send = (reply: Reply): void => {
      // a child that has ended in the meantime needs no answer
      if (child.connected) child.send(reply, () => {});
    };
    const answer = async (): Promise<Answer> => endpoints.ask(parseQuestion(question));
    answer().then(
      (answered) => send({ leaklab: 'answer', id, answer: answered }),
      (error: unknown) => send({ leaklab: 'failure', id, message: messageOf(error) }),
    );
  };
  child.on('message', receive);
  return () => {
    child.off('message', receive);
  };
}

/** Lab with its own process outside. */
export interface OpenLab {
  readonly lab: Lab;
  /** Ends the process outside and removes the scratch folder; resolves when done, also at a second call. */
  readonly close: () => Promise<void>;
}

/** Opens a lab with everything it needs, for tests that have no parent. */
export async function openLab(needs?: { readonly postgres: boolean }): Promise<OpenLab> {
  // loaded late: a measured process asks by IPC and needs no process outside
  const { startOutside } = await import('./outside.ts');
  const outside = await startOutside();
  const endpoints = await outside.openEndpoints(needs);
  const scratch = await mkdtemp(join(tmpdir(), 'leaklab-'));
  return {
    lab: createLab(endpoints.addresses, scratch, (question) => endpoints.ask(question)),
    close: async () => {
      await outside.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

function unexpected(answer: Answer): Error {
  return new Error(`unexpected answer ${JSON.stringify(answer)}`);
}
