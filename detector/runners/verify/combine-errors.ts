import { LeakError } from '../../report/leak-error.ts';

/** Adds a leak to the error that a test threw, for runners that take one error; returns that error. */
export function combineErrors(failure: unknown, leak: Error): unknown {
  const also = `the test failed${leak instanceof LeakError ? ' and also leaked' : ', and so did its check'}: ${leak.message}`;
  if (!(failure instanceof Error) || Object.isFrozen(failure)) {
    return new Error(`${String(failure)}\n\n${also}`, { cause: failure });
  }
  const { message, stack = '' } = failure;
  const both = `${message}\n\n${also}`;
  try {
    failure.message = both;
    // a runner that finds the message in the stack does not print both
    failure.stack = stack.includes(message) ? stack.replace(message, () => both) : `${stack}\n\n${also}`;
    return failure;
  } catch {
    return new Error(both, { cause: failure });
  }
}
