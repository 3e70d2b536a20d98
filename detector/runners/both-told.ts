/**
 * One error for a test that has failed and has left something as well, for runners that take one: the failure,
 * as it was thrown, with the report after its own message and stack.
 */
export function combineErrors(failure: unknown, leak: Error): unknown {
  const also = `the test has failed, and this as well: ${leak.message}`;
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
