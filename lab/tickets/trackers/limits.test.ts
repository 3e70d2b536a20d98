import { expect, test } from 'vitest';
import { waitFor } from './limits.ts';

const date = 'Mon, 30 Nov 2026 08:00:00 GMT';
const now = Date.parse(date) / 1000;

function wait(
  status: number,
  headers: Record<string, string>,
  message = '',
  attempt = 0,
): number | undefined {
  return waitFor({ status, headers: new Headers({ date, ...headers }), body: { message } }, attempt);
}

test.each([
  ['429 with seconds', 429, { 'retry-after': '7' }, '', 7000],
  ['429 with a date', 429, { 'retry-after': 'Mon, 30 Nov 2026 08:00:09 GMT' }, '', 9000],
  ['503 with seconds', 503, { 'retry-after': '3' }, '', 3000],
  [
    'the hourly limit of GitHub',
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now + 40}` },
    '',
    40_000,
  ],
  ['a secondary limit of GitHub', 403, { 'retry-after': '60', 'x-ratelimit-remaining': '4000' }, '', 60_000],
  [
    'a secondary limit without a time: a minute',
    403,
    { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': `${now + 3000}` },
    'You have exceeded a secondary rate limit',
    60_000,
  ],
  ['the limit of GitLab', 429, { 'ratelimit-remaining': '0', 'ratelimit-reset': `${now + 12}` }, '', 12_000],
  ['the limit of Jira', 429, { 'x-ratelimit-reset': '2026-11-30T08:00:30Z' }, '', 30_000],
  ['a time in the past', 429, { 'retry-after': '0' }, '', 100],
  ['403 for want of rights', 403, { 'x-ratelimit-remaining': '4000' }, 'Resource not accessible', undefined],
  ['502', 502, {}, '', undefined],
  ['200 with the last request of the hour', 200, { 'x-ratelimit-remaining': '0' }, '', undefined],
])('%s', (_, status, headers, message, expected) => {
  expect(wait(status, headers as Record<string, string>, message)).toBe(expected);
});

test('each refusal of the same request doubles the wait where no time is named', () => {
  expect([0, 1, 2].map((attempt) => wait(429, {}, '', attempt))).toEqual([60_000, 120_000, 240_000]);
});
