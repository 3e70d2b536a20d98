import { apply, construct, define, descriptorOf } from '../engine/intrinsics.ts';
import { isOfTheTool } from './frame.ts';

/** Calls the method that a stand-in stands for, and hides the stand-in's frame in an error that it throws. */
export function callReal(real: unknown, self: unknown, args: readonly unknown[]): unknown {
  try {
    return apply(real as () => unknown, self, args);
  } catch (error) {
    hideOurFrames(error);
    throw error; // node-do-not-add-exception-line: Node would show this line in place of the program's
  }
}

/** Constructs an object of the class that a stand-in stands for, and hides its frame as {@link callReal} does. */
export function constructReal(real: unknown, args: readonly unknown[], newTarget: unknown): object {
  try {
    return construct(real as new () => object, args, newTarget as new () => object);
  } catch (error) {
    hideOurFrames(error);
    throw error; // node-do-not-add-exception-line
  }
}

/**
 * Hides the tool's frames in the stack of an error, when the stack is read.
 *
 * Reading it here would not do: that formats it, by the program's `prepareStackTrace` if there is one, and Node no longer
 * finds the line that it shows for an uncaught error.
 */
export function hideOurFrames(error: unknown): void {
  if (typeof error !== 'object' || error === null) return;
  const stack = descriptorOf(error, 'stack');
  const get: unknown = stack?.get;
  if (!stack || typeof get !== 'function' || stack.configurable !== true) return;
  define(error, 'stack', {
    ...stack,
    get(this: unknown): unknown {
      return withoutOurs(apply(get as () => unknown, this, []));
    },
  });
}

function withoutOurs(stack: unknown): unknown {
  if (typeof stack !== 'string') return stack;
  const isOurs = (line: string): boolean => /^\s+at /.test(line) && isOfTheTool(line);
  return stack
    .split('\n')
    .filter((line) => !isOurs(line))
    .join('\n');
}
