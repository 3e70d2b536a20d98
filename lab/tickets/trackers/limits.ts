import { isRecord } from '../../shared/record.ts';

/** GitHub asks for a minute where it names no time. */
const usualWait = 60_000;
/** The shortest wait; a service may say 0. */
const shortest = 100;

/** An answer of a service, as far as its limits need it. */
export interface Limited {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * Returns the ms after which a request that a limit refused may be sent again; undefined if no limit refused it.
 *
 * @param attempt how often this request was refused before
 */
export function waitFor({ status, headers, body }: Limited, attempt: number): number | undefined {
  if (!isLimit(status, headers, body)) return undefined;
  const asked = retryAfter(headers) ?? untilReset(headers) ?? usualWait * 2 ** attempt;
  return Math.max(asked, shortest * 2 ** attempt);
}

function isLimit(status: number, headers: Headers, body: unknown): boolean {
  if (status === 429) return true;
  if (status === 503) return headers.has('retry-after');
  if (status !== 403) return false;
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : '';
  return headers.has('retry-after') || isUsedUp(headers) || /rate limit|abuse detection/i.test(message);
}

function isUsedUp(headers: Headers): boolean {
  return (headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining')) === '0';
}

function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now(headers);
}

/** Reads the end of the limit: seconds since 1970 of GitHub and GitLab, ISO 8601 of Jira. */
function untilReset(headers: Headers): number | undefined {
  const text = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset');
  if (text === null) return undefined;
  const isLeft = headers.has('x-ratelimit-remaining') || headers.has('ratelimit-remaining');
  // a secondary limit says nothing of the hourly one
  if (isLeft && !isUsedUp(headers)) return undefined;
  const time = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) ? undefined : time - now(headers);
}

/** Returns the time of the service, whose clock may differ from ours. */
function now(headers: Headers): number {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? Date.now() : time;
}
