/**
 * Messages between a measured program, the lab, and the process outside. Two hops carry the same questions: program
 * → lab (`Letter`, `Reply`) and lab → outside (`Order`, `Report`). A `parse…` function here checks every message
 * that comes in over IPC.
 */
import type { Manner } from '../contract.ts';
import { isRecord, numberIn, recordOf, show, textIn } from '../shared/record.ts';

/** Addresses of the listeners of one run, all on 127.0.0.1, and the URL of its PostgreSQL. */
export interface Addresses {
  readonly http: string;
  readonly http2: string;
  readonly silent: number;
  readonly echo: number;
  readonly resets: number;
  /** Present only if the run asked for a database. */
  readonly postgres?: string;
}

/** Question that a program can ask its endpoints. */
export type Question =
  | { readonly ask: 'visit'; readonly url: string; readonly manner: Manner }
  | { readonly ask: 'leave'; readonly visit: number }
  | { readonly ask: 'connections' };

/** Answer to a question; a failure crosses as the rejection of {@link Ask}. */
export type Answer =
  | { readonly answer: 'visited'; readonly visit: number; readonly status: number; readonly body: string }
  | { readonly answer: 'left' }
  | { readonly answer: 'connections'; readonly count: number };

/** Function that brings a question to the endpoints; rejects with their own message if the question fails. */
export type Ask = (question: Question) => Promise<Answer>;

/** Question on its way from a measured process to its parent. */
export interface Letter {
  readonly leaklab: 'question';
  readonly id: number;
  readonly question: Question;
}

/** Answer to a {@link Letter}, or its failure. */
export type Reply =
  | { readonly leaklab: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly leaklab: 'failure'; readonly id: number; readonly message: string };

/** Order of the lab to the outside process. */
export type Order =
  | { readonly order: 'open'; readonly id: number; readonly postgres: boolean }
  | { readonly order: 'ask'; readonly id: number; readonly run: number; readonly question: Question }
  | { readonly order: 'close'; readonly id: number; readonly run: number };

/** Report of the outside process; `ready` comes once, without an order. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'opened'; readonly id: number; readonly run: number; readonly addresses: Addresses }
  | { readonly report: 'answered'; readonly id: number; readonly answer: Answer }
  | { readonly report: 'closed'; readonly id: number }
  | { readonly report: 'failed'; readonly id: number; readonly message: string };

/** Checks a question. @throws if `value` is no question */
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

/** Checks an answer. @throws if `value` is no answer */
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

/** Returns the id of a letter and its unchecked question; `undefined` for any other message. */
export function parseLetter(value: unknown): { id: number; question: unknown } | undefined {
  if (!isRecord(value) || value['leaklab'] !== 'question') return undefined;
  const { id, question } = value;
  return typeof id === 'number' ? { id, question } : undefined;
}

/**
 * Checks a reply; `undefined` for any other message, as a runner may use the same channel.
 *
 * @throws if the reply is malformed
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

/** Checks an order. @throws if `value` is no order */
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

/** Checks a report. @throws if `value` is no report */
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
