import { expect, test } from 'vitest';
import {
  parseAnswer,
  parseLetter,
  parseOrder,
  parseQuestion,
  parseReply,
  parseReport,
  type Answer,
  type Order,
  type Question,
  type Reply,
  type Report,
} from './messages.ts';

const questions: Question[] = [
  { ask: 'visit', url: 'http://127.0.0.1:1/', manner: 'leaves' },
  { ask: 'visit', url: 'tcp://127.0.0.1:1', manner: 'stays' },
  { ask: 'visit', url: 'ws://127.0.0.1:1', manner: 'hangs-up' },
  { ask: 'leave', visit: 1 },
  { ask: 'connections' },
];
const answers: Answer[] = [
  { answer: 'visited', visit: 1, status: 200, body: 'x' },
  { answer: 'left' },
  { answer: 'connections', count: 0 },
];
const replies: Reply[] = [
  { leaklab: 'answer', id: 1, answer: { answer: 'left' } },
  { leaklab: 'failure', id: 1, message: 'x' },
];
const orders: Order[] = [
  { order: 'open', id: 1, postgres: false },
  { order: 'open', id: 2, postgres: true },
  { order: 'ask', id: 1, run: 2, question: { ask: 'connections' } },
  { order: 'close', id: 1, run: 2 },
];
const reports: Report[] = [
  { report: 'ready' },
  {
    report: 'opened',
    id: 1,
    run: 2,
    addresses: { http: 'http://127.0.0.1:1', http2: 'http://127.0.0.1:2', silent: 3, echo: 4, resets: 5 },
  },
  {
    report: 'opened',
    id: 1,
    run: 2,
    addresses: {
      http: 'http://127.0.0.1:1',
      http2: 'http://127.0.0.1:2',
      silent: 3,
      echo: 4,
      resets: 5,
      postgres: 'postgresql://127.0.0.1:6/',
    },
  },
  { report: 'answered', id: 1, answer: { answer: 'left' } },
  { report: 'closed', id: 1 },
  { report: 'failed', id: 1, message: 'x' },
];

test('every message survives the way', () => {
  expect(questions.map(parseQuestion)).toEqual(questions);
  expect(answers.map(parseAnswer)).toEqual(answers);
  expect(replies.map(parseReply)).toEqual(replies);
  expect(orders.map(parseOrder)).toEqual(orders);
  expect(reports.map(parseReport)).toEqual(reports);
  const letter = { leaklab: 'question', id: 1, question: { ask: 'connections' } };
  expect(parseLetter(letter)).toEqual({ id: 1, question: { ask: 'connections' } });
});

test('what is malformed is refused with what is wrong about it', () => {
  expect(() => parseQuestion('visit')).toThrow('expected an object, got "visit"');
  expect(() => parseQuestion({ ask: 'why' })).toThrow('not a question: {"ask":"why"}');
  expect(() => parseQuestion({ ask: 'visit', url: 1 })).toThrow('expected a string as url, got 1');
  expect(() => parseQuestion({ ask: 'leave', visit: '1' })).toThrow('expected a number as visit, got "1"');
  expect(() => parseAnswer({})).toThrow('not an answer: {}');
  expect(() => parseAnswer(undefined)).toThrow('expected an object, got undefined');
  expect(() => parseOrder({ id: 1, order: 'stop' })).toThrow('not an order: {"id":1,"order":"stop"}');
  expect(() => parseReport({ report: 'opened', id: 1, run: 1 })).toThrow('expected an object, got undefined');
  expect(() => parseReport(null)).toThrow('expected an object, got null');
  expect(() => parseReply({ leaklab: 'answer', id: 1 })).toThrow('expected an object, got undefined');
});

test('messages of other senders are ignored', () => {
  for (const message of ['hello', null, 1, {}, { id: 1 }, { leaklab: 'other' }]) {
    expect(parseLetter(message)).toBeUndefined();
    expect(parseReply(message)).toBeUndefined();
  }
  expect(parseLetter({ leaklab: 'question', id: 'one' })).toBeUndefined();
});
