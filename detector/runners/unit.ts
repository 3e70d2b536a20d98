import { relative } from 'node:path';
import type { Report } from '../finding.ts';
import { currentOwner, type Owner } from '../owner.ts';
import type { Scope } from '../active-scope.ts';
import type { CheckOptions, ScopeOptions } from '../scope-options.ts';
import { snapshot } from '../scope.ts';
import type { Callable } from '../stack.ts';
import { checkExpected, type Expected, type ExpectedLeak } from './expected-leak.ts';
import type { Unit } from './test-report.ts';
import {
  checkVerificationOptions,
  merged,
  scopeOptionsOf,
  type VerificationOptions,
} from './unit-options.ts';

/** Which test, file or run it is. */
export interface VerificationIdentity {
  readonly unit: Unit;
  /** Absolute path of the test file, or of the program. */
  readonly file: string;
  /** Titles from the outermost suite to the test; empty for a file or a run. */
  readonly name: readonly string[];
  /** Where the test stands in its file, where the runner knows; from 1. */
  readonly line?: number;
  /** From 1; given where a runner has run the test more than once. */
  readonly attempt?: number;
}

/** A test, a file or a run that is verified: a scope, with what it is to be told. */
export class Verification {
  readonly identity: VerificationIdentity;
  readonly owner: Owner;
  readonly #scope: Scope;
  readonly #expected: Expected[] = [];
  #options: VerificationOptions;

  /** Begins now. */
  constructor(identity: VerificationIdentity, options: VerificationOptions) {
    this.identity = identity;
    this.#options = options;
    this.#scope = snapshot({ ...this.#ofCheck(options), name: nameOf(identity) });
    this.owner = this.#scope.run(ownOwner);
  }

  /** What was expected to leak. */
  get expected(): readonly Expected[] {
    return this.#expected;
  }

  get options(): VerificationOptions {
    return this.#options;
  }

  /** Runs `work` so that what it makes, also after its awaits, is this unit's. */
  run<Result>(work: () => Result): Result {
    return this.#scope.run(work);
  }

  /** A part of it begins that has no unit of its own. */
  refill(): void {
    this.#scope.refill();
  }

  /** What is there now belongs to nobody. */
  ignoreCurrent(): void {
    this.#scope.ignoreCurrent();
  }

  /** @throws TypeError if an option is unknown, of the wrong type, or contradicts another */
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

  /** What is the user's in a check is this unit's, whoever checks. */
  #ofCheck(options: VerificationOptions): ScopeOptions {
    const { beforeCheck, afterCheck } = options;
    return {
      ...scopeOptionsOf(options),
      ...(beforeCheck && { beforeCheck: () => this.run(beforeCheck) }),
      ...(afterCheck && { afterCheck: (report: Report) => this.run(() => afterCheck(report)) }),
    };
  }

  /**
   * @param below the function that was called for it, at whose caller it is told that nothing came of it
   * @throws TypeError if a part is unknown or of the wrong type
   */
  expect(leak: ExpectedLeak, below: Callable): void {
    checkExpected(leak);
    const error = new Error();
    Error.captureStackTrace(error, below);
    this.#expected.push({ leak, error });
  }

  /**
   * Looks at what is left. To be followed by {@link Verification.judge}, and in any case by {@link Verification.dispose}.
   *
   * @param rules of the project's policy
   */
  find(rules: CheckOptions['ignore'] = []): Promise<Report> {
    const { ignore = [] } = this.#options;
    if (rules.length > 0) this.#scope.configure({ ignore: [...ignore, ...rules] });
    return this.#scope.find();
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

/** What stands as the owner in findings. */
export function nameOf({ unit, name, file }: VerificationIdentity): string {
  const title = name.join(' > ');
  return unit === 'test' && title !== '' ? title : pathFromHere(file);
}

/** `orders > imports (test/orders.test.ts:12)`, or `test/orders.test.ts, orders > imports` where only the file was asked. */
export function bylineOf(identity: VerificationIdentity, { leaks }: Report): string {
  const { unit, name, file, line } = identity;
  const path = pathFromHere(file);
  if (unit === 'test') return `${name.join(' > ')} (${path}${line === undefined ? '' : `:${line}`})`;
  // a report in which several have left something names them itself
  const [owner, ...others] = new Set(leaks.map((leak) => leak.owner));
  const isAnothers = owner !== undefined && owner !== 'shared' && owner !== nameOf(identity);
  return others.length === 0 && isAnothers ? `${path}, ${owner}` : path;
}

function pathFromHere(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith('..') ? file : path;
}
