import { setTimeout as sleep } from 'node:timers/promises';
import { plain } from '../../../detector/internal.ts';
import { codeOf, messageOf } from '../../shared/error-message.ts';
import { isRecord } from '../../shared/record.ts';
import { waitFor, type Limited } from './limits.ts';

/** An error that ends the run before all is done: shown in one sentence, with exit code 1. */
export class Stopped extends Error {
  /** The next step. */
  readonly next: string;

  constructor(problem: string, next: string) {
    super(problem);
    this.name = 'Stopped';
    this.next = next;
  }
}

/** An error of a service that refused a request for good. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(message: string, status: number, body: unknown) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.body = body;
  }
}

/** An error after which it is unknown whether the request took effect. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** The path below the base, or an absolute URL that the service gave for the next page. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** True for a request that does more when it is sent twice: it is never sent again unread. */
  readonly isOnce?: boolean;
  /** Statuses beside 2xx that are answers, such as 404. */
  readonly allowed?: readonly number[];
}

export interface RequestOptions {
  readonly service: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that no message may show. */
  readonly secrets: readonly string[];
  /** The ms for all waits of the run together. */
  readonly budget: number;
  /** The ms between two requests that write. */
  readonly pause: number;
}

/** The ms after which a request without an answer is given up. */
const timeLimit = 30_000;
const mostAttempts = 5;

/** Sends requests to a service, one after another, within the limits of the service and of the budget. */
export class Requests {
  readonly #options: RequestOptions;
  #left: number;
  #lastWrite = 0;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.#left = options.budget;
  }

  /**
   * Sends a request and returns the answer; waits where the service asks for it, and repeats what may be repeated.
   *
   * @throws Stopped if the budget is used up, or the service can't be reached
   * @throws Unsure if a request that may be sent only once got no answer
   * @throws Refused for any other answer that is not 2xx
   */
  async send(request: Request): Promise<Limited> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#try(request);
      if (answer instanceof Failure) {
        if (request.isOnce && answer.mayHaveArrived) throw new Unsure(answer.message);
        if (attempt + 1 >= mostAttempts) throw this.#unreachable(answer.message);
        await this.wait(250 * 2 ** attempt, answer.message);
        continue;
      }
      const { status } = answer;
      // nothing says that a request was not carried out when the service was overloaded
      const wait = request.isOnce && status === 503 ? undefined : waitFor(answer, attempt);
      if (wait !== undefined) await this.wait(wait, `its limit is reached (${status})`);
      else if (status >= 500 && request.isOnce) throw new Unsure(`it answered ${status}`);
      else if (status >= 500 && attempt + 1 < mostAttempts) {
        await this.wait(250 * 2 ** attempt, `it answered ${status}`);
      } else if ((status >= 200 && status < 300) || request.allowed?.includes(status)) return answer;
      else throw this.#refused(request, answer);
    }
  }

  /**
   * Waits, and takes the time from the budget.
   *
   * @throws Stopped if so much is not left
   */
  async wait(ms: number, why: string): Promise<void> {
    const { service } = this.#options;
    if (ms > this.#left) {
      const seconds = Math.ceil(ms / 1000);
      throw new Stopped(
        `${service}: ${this.#safe(why)}; a wait of ${seconds} s is more than is left of --wait`,
        `run it again later: what is done is done; or --wait ${Math.ceil(this.#options.budget / 1000) + seconds}`,
      );
    }
    this.#left -= ms;
    await sleep(ms);
  }

  async #try(request: Request): Promise<Limited | Failure> {
    const { pause, headers } = this.#options;
    const isWrite = request.method !== 'GET';
    if (isWrite) {
      const due = this.#lastWrite + pause - performance.now();
      if (this.#lastWrite > 0 && due > 0) await sleep(due);
    }
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    try {
      const response = await fetch(this.#urlOf(request), {
        method: request.method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body }),
        // a redirect to another host would be given the token
        redirect: 'manual',
        signal: AbortSignal.timeout(timeLimit),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: parsed(text) };
    } catch (error) {
      return failureOf(error);
    } finally {
      if (isWrite) this.#lastWrite = performance.now();
    }
  }

  #urlOf({ path, query = {} }: Request): URL {
    const { base, service } = this.#options;
    const url = new URL(path.startsWith('/') ? `${base}${path}` : path);
    if (url.origin !== new URL(base).origin) {
      throw new Stopped(`${service} names a next page at another address`, 'check --url');
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
    return url;
  }

  #unreachable(why: string): Stopped {
    const { service, base } = this.#options;
    return new Stopped(
      `${service} can't be reached at ${new URL(base).host}: ${this.#safe(why)}`,
      'check --url and the network, then run it again: what is done is done',
    );
  }

  #refused({ method, path }: Request, { status, body }: Limited): Refused {
    const said = this.#safe(saidBy(body));
    const where = path.startsWith('/') ? path : new URL(path).pathname;
    const message = `${this.#options.service} answered ${status} to ${method} ${where}`;
    return new Refused(said === '' ? message : `${message}: ${said}`, status, body);
  }

  /** Returns a text of the service on one line, not too long, without secrets. */
  #safe(text: string): string {
    const { secrets } = this.#options;
    const open = secrets
      .filter((each) => each !== '')
      .reduce((said, each) => said.replaceAll(each, '***'), text);
    return plain(open).slice(0, 200);
  }
}

class Failure {
  readonly message: string;
  /** False if no connection was made. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean) {
    this.message = message;
    this.mayHaveArrived = mayHaveArrived;
  }
}

const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) throw error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Failure(`no answer within ${timeLimit / 1000} s`, true);
  }
  return new Failure(code ?? messageOf(cause), code === undefined || !beforeSending.has(code));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns the message in the body of an error of GitHub, GitLab or Jira. */
function saidBy(body: unknown): string {
  if (!isRecord(body)) return '';
  const { message, errorMessages, errors, error } = body;
  return [message, errorMessages, errors, error]
    .filter((part) => part !== undefined && part !== null && JSON.stringify(part).length > 2)
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join('; ');
}
