import { relative } from 'node:path';
import type { Report } from '../../finding.ts';
import { currentOwner, type Owner } from '../../origin/owner.ts';
import type { ActiveScope } from '../../scope/active-scope.ts';
import type { CheckOptions, ScopeOptions } from '../../scope/options.ts';
import { openScope } from '../../scope/snapshot.ts';
import type { Callable } from '../../origin/capture.ts';
import { checkExpected, type Expected, type ExpectedLeak } from './expected-leak.ts';
import type { Unit } from './test-report.ts';
import {
  checkVerificationOptions,
  merged,
  scopeOptionsOf,
  type VerificationOptions,
} from './verification-options.ts';

/** The identity of a test, a file or a run. */
export interface VerificationIdentity {
  readonly unit: Unit;
  /** The absolute path of the test file, or of the program. */
  readonly file: string;
  /** Titles from the outermost suite to the test; empty for a file or a run. */
  readonly name: readonly string[];
  /** The line of the test in its file, from 1, if the runner knows it. */
  readonly line?: number;
  /** The number of the attempt, from 1, if the runner ran the test more than once. */
  readonly attempt?: number;
}

/** A test, a file or a run that is verified: a scope with its options and expectations. */
export class Verification {
  readonly identity: VerificationIdentity;
  readonly owner: Owner;
  readonly #scope: ActiveScope;
  readonly #expected: Expected[] = [];
  #options: VerificationOptions;

  /** Begins the scope. */
  constructor(identity: VerificationIdentity, options: VerificationOptions) {
    this.identity = identity;
    this.#options = options;
    this.#scope = openScope({ ...this.#ofCheck(options), name: nameOf(identity) });
    this.owner = this.#scope.run(ownOwner);
  }

  /** Returns the leaks that are expected. */
  get expected(): readonly Expected[] {
    return this.#expected;
  }

  get options(): VerificationOptions {
    return this.#options;
  }

  /** Runs `work` so that the verification owns what it makes, also after its awaits. */
  run<Result>(work: () => Result): Result {
    return this.#scope.run(work);
  }

  /** Allows more stacks, because a test begins that isn't verified by itself. */
  refill(): void {
    this.#scope.refill();
  }

  /** Ignores what is open now. */
  ignoreCurrent(): void {
    this.#scope.ignoreCurrent();
  }

  /**
   * Changes the options.
   *
   * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
   */
  configure(options: VerificationOptions): void {
    checkVerificationOptions(options);
    if (options.per !== undefined && this.identity.unit === 'test') {
      throw new TypeError('`per` is for a whole file: call configure() outside of a test');
    }
    const changed = merged(this.#options, options);
    const { name: _name, wholeRun: _wholeRun, ...ofCheck } = this.#ofCheck(changed);
    this.#scope.configure(ofCheck);
    this.#options = changed;
  }

  /** Returns options whose hooks run as part of the verification. */
  #ofCheck(options: VerificationOptions): ScopeOptions {
    const { beforeCheck, afterCheck } = options;
    return {
      ...scopeOptionsOf(options),
      ...(beforeCheck && { beforeCheck: () => this.run(beforeCheck) }),
      ...(afterCheck && { afterCheck: (report: Report) => this.run(() => afterCheck(report)) }),
    };
  }

  /**
   * Expects a leak.
   *
   * @param below the function that the test called; an error points at its caller
   * @throws TypeError if a part is unknown or of the wrong type
   */
  expect(leak: ExpectedLeak, below: Callable): void {
    checkExpected(leak);
    const error = new Error();
    Error.captureStackTrace(error, below);
    this.#expected.push({ leak, error });
  }

  /**
   * Waits, and returns what leaked; the caller disposes afterwards.
   *
   * @param rules the rules of the project's policy
   * @param isAccepted reports whether all that was found is accepted, so that nothing is waited for
   * @param isKnown reports whether all that was found is known to leak, so that nothing is waited for either
   */
  find(
    rules: CheckOptions['ignore'] = [],
    isAccepted?: (found: Report) => boolean,
    isKnown?: (found: Report) => boolean,
  ): Promise<Report> {
    this.#use(rules);
    return this.#scope.find(isAccepted, isKnown);
  }

  #use(rules: CheckOptions['ignore'] = []): void {
    const { ignore = [] } = this.#options;
    if (rules.length > 0) this.#scope.configure({ ignore: [...ignore, ...rules] });
  }

  /**
   * Looks once, without a wait: returns the report of what left nothing, or why there is none.
   *
   * @param rules the rules of the project's policy
   */
  glance(rules: CheckOptions['ignore']): Report | 'suspected' | 'unclear' {
    this.#use(rules);
    return this.#scope.glance();
  }

  /** Closes the window, for a check that comes later. */
  close(): void {
    this.#scope.close();
  }

  /** Makes the waits of later checks no longer than this, in ms. */
  shorten(ms: number): void {
    const { budget = ms } = this.#options;
    this.#scope.configure({ budget: Math.min(ms, budget) });
  }

  /** Reports what is there at this moment, where nothing can be awaited. */
  findNow(): Report {
    return this.#scope.findNow();
  }

  dispose(): void {
    this.#scope.dispose();
  }
}

function ownOwner(): Owner {
  const owner = currentOwner();
  if (!owner) throw new Error('the work of a scope runs without an owner');
  return owner;
}

/** Returns the name that findings give as their owner. */
export function nameOf({ unit, name, file }: VerificationIdentity): string {
  const title = name.join(' > ');
  return unit === 'test' && title !== '' ? title : pathFromHere(file);
}

/**
 * Returns the words before a report: `orders > imports (test/orders.test.ts:12)` for a test, and
 * `test/orders.test.ts, orders > imports` for a file in which one test leaked.
 */
export function bylineOf(identity: VerificationIdentity, { leaks }: Report): string {
  const { unit, name, file, line } = identity;
  const path = pathFromHere(file);
  if (unit === 'test') return `${name.join(' > ')} (${path}${line === undefined ? '' : `:${line}`})`;
  // with several owners, the report names them
  const [owner, ...others] = new Set(leaks.map((leak) => leak.owner));
  const isAnothers = owner !== undefined && owner !== 'shared' && owner !== nameOf(identity);
  return others.length === 0 && isAnothers ? `${path}, ${owner}` : path;
}

function pathFromHere(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith('..') ? file : path;
}
