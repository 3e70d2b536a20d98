import type { Callable } from '../../origin/capture.ts';
import type { ExpectedLeak } from './expected-leak.ts';
import type { Session } from './session.ts';
import type { VerificationOptions } from './verification-options.ts';

/**
 * Configures the test in which it is called; outside of a test, all tests of the file that begin later.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configureIn({ judge, current }: Session, options: VerificationOptions): void {
  const verification = judge.current();
  if (verification?.identity.unit === 'test') return verification.configure(options);
  if (!current) throw new TypeError('call configure() in a test, or while a file of tests is loaded');
  current.configure(options);
}

/**
 * Expects a leak of the test in which it is called.
 *
 * @param below the function that the test called; an error points at its caller
 * @throws TypeError outside of a test, or if a part is unknown or of the wrong type
 */
export function expectLeakIn({ judge }: Session, leak: ExpectedLeak, below: Callable): void {
  const verification = judge.current();
  if (!verification) throw new TypeError('call expectLeak() in a test that leaklab verifies');
  verification.expect(leak, below);
}
