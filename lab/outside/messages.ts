/**
 * What is said between a measured program, the lab, and the process that lives outside.
 *
 * Two hops carry the same questions: program → lab (`Letter`, `Reply`) and lab → outside (`Order`, `Report`).
 * Whatever comes in over IPC goes through a `parse…` function here before anybody believes it.
 */
import type { Manner } from '../contract.ts';
import { isRecord, numberIn, recordOf, show, textIn } from '../shared/record.ts';

/** Where the listeners of one run are: two origins and three ports, all on 127.0.0.1, and a PostgreSQL by its URL. */
export interface Addresses {
  readonly http: string;
  readonly http2: string;
  readonly silent: number;
  readonly echo: number;
  readonly resets: number;
  /** Only if the run asked for one. */
  readonly postgres?: string;
}

/** A question that a program can ask its endpoints. */
export type Question =
  | { readonly ask: 'visit'; readonly url: string; readonly manner: Manner }
  | { readonly ask: 'leave'; readonly visit: number }
  | { readonly ask: 'connections' };

/** The answer to a question; a failure crosses as the rejection of {@link Ask}. */
export type Answer =
  | { readonly answer: 'visited'; readonly visit: number; readonly status: number; readonly body: string }
  | { readonly answer: 'left' }
  | { readonly answer: 'connections'; readonly count: number };

/** Brings a question to the endpoints; rejects with their own message if it fails. */
export type Ask = (question: Question) => Promise<Answer>;

/** A question on its way from a measured process to its parent. */
export interface Letter {
  readonly leaklab: 'question';
  readonly id: number;
  readonly question: Question;
}

/** What came of a {@link Letter}. */
export type Reply =
  | { readonly leaklab: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly leaklab: 'failure'; readonly id: number; readonly message: string };

/** What the lab tells the outside process to do. */
export type Order =
  | { readonly order: 'open'; readonly id: number; readonly postgres: boolean }
  | { readonly order: 'ask'; readonly id: number; readonly run: number; readonly question: Question }
  | { readonly order: 'close'; readonly id: number; readonly run: number };

/** What the outside process says back; `ready` comes once, without an order. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'opened'; readonly id: number; readonly run: number; readonly addresses: Addresses }
  | { readonly report: 'answered'; readonly id: number; readonly answer: Answer }
  | { readonly report: 'closed'; readonly id: number }
  | { readonly report: 'failed'; readonly id: number; readonly message: string };

/** @throws if `value` is no question */
export function parseQuestion(value: unknown): Question {
  const fields = recordOf(value);
  switch (fields['ask']) {
    case 'visit':
      return { ask: 'visit', url: textIn(fields, 'url'), manner: mannerOf(fields['manner']) };
    case 'leave':
      return { ask: 'leave', visit: numberIn(fields, 'visit') };
    case 'connections':
      return { ask: 'connections' };
    default:
      throw new Error(`not a question: ${show(value)}`);
  }
}

/** @throws if `value` is no answer */
export function parseAnswer(value: unknown): Answer {
  const fields = recordOf(value);
  switch (fields['answer']) {
    case 'visited':
      return {
        answer: 'visited',
        visit: numberIn(fields, 'visit'),
        status: numberIn(fields, 'status'),
        body: textIn(fields, 'body'),
      };
    case 'left':
      return { answer: 'left' };
    case 'connections':
      return { answer: 'connections', count: numberIn(fields, 'count') };
    default:
      throw new Error(`not an answer: ${show(value)}`);
  }
}

/** The id of a letter and its question as it came; `undefined` if the message is somebody else's. */
export function parseLetter(value: unknown): { id: number; question: unknown } | undefined {
  if (!isRecord(value) || value['leaklab'] !== 'question') return undefined;
  const { id, question } = value;
  return typeof id === 'number' ? { id, question } : undefined;
}

/**
 * `undefined` if the message is somebody else's: a runner may use the same channel for its own.
 *
 * @throws if it is a reply and malformed
 */
export function parseReply(value: unknown): Reply | undefined {
  if (!isRecord(value)) return undefined;
  if (value['leaklab'] === 'answer') {
    return { leaklab: 'answer', id: numberIn(value, 'id'), answer: parseAnswer(value['answer']) };
  }
  if (value['leaklab'] === 'failure') {
    return { leaklab: 'failure', id: numberIn(value, 'id'), message: textIn(value, 'message') };
  }
  return undefined;
}

/** @throws if `value` is no order */
export function parseOrder(value: unknown): Order {
  const fields = recordOf(value);
  const id = numberIn(fields, 'id');
  switch (fields['order']) {
    case 'open':
      return { order: 'open', id, postgres: fields['postgres'] === true };
    case 'ask':
      return {
        order: 'ask',
        id,
        run: numberIn(fields, 'run'),
        question: parseQuestion(fields['question']),
      };
    case 'close':
      return { order: 'close', id, run: numberIn(fields, 'run') };
    default:
      throw new Error(`not an order: ${show(value)}`);
  }
}

/** @throws if `value` is no report */
export function parseReport(value: unknown): Report {
  const fields = recordOf(value);
  switch (fields['report']) {
    case 'ready':
      return { report: 'ready' };
    case 'opened':
      return {
        report: 'opened',
        id: numberIn(fields, 'id'),
        run: numberIn(fields, 'run'),
        addresses: addressesOf(fields['addresses']),
      };
    case 'answered':
      return { report: 'answered', id: numberIn(fields, 'id'), answer: parseAnswer(fields['answer']) };
    case 'closed':
      return { report: 'closed', id: numberIn(fields, 'id') };
    case 'failed':
      return { report: 'failed', id: numberIn(fields, 'id'), message: textIn(fields, 'message') };
    default:
      throw new Error(`not a report: ${show(value)}`);
  }
}

function addressesOf(value: unknown): Addresses {
  const fields = recordOf(value);
  return {
    http: textIn(fields, 'http'),
    http2: textIn(fields, 'http2'),
    silent: numberIn(fields, 'silent'),
    echo: numberIn(fields, 'echo'),
    resets: numberIn(fields, 'resets'),
    ...('postgres' in fields && { postgres: textIn(fields, 'postgres') }),
  };
}

function mannerOf(value: unknown): Manner {
  if (value === 'leaves' || value === 'stays' || value === 'hangs-up') return value;
  throw new Error(`unknown manner ${show(value)}: expected leaves, stays or hangs-up`);
}
