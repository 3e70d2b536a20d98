import type { ExpectedLeak } from './expected-leak.ts';
import type { Session } from './session.ts';
import { currentVerification } from './unit.ts';
import type { VerificationOptions } from './unit-options.ts';

/**
 * For the test in which it is called, or, outside of a test, for all tests of the file from now on.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configureIn(session: Session | undefined, options: VerificationOptions): void {
  const verification = currentVerification();
  if (verification?.identity.unit === 'test') return verification.configure(options);
  const file = session?.current;
  if (!file) throw new TypeError('configure() is for a test, or for the file of tests that is being loaded');
  file.configure(options);
}

/**
 * A test about a leak: the leak must happen, and is then none.
 *
 * @throws TypeError outside of a test, or if a part is unknown or of the wrong type
 */
export function expectLeak(leak: ExpectedLeak = {}): void {
  const verification = currentVerification();
  if (!verification) throw new TypeError('expectLeak() is for the inside of a test that leaklab verifies');
  verification.expect(leak, expectLeak);
}
