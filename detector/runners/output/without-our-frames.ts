import { isOfTheTool } from '../../origin/frame.ts';

/** Removes the frames of leaklab and of the runner, below those of the test, from an error's stack. */
export function withoutOurFrames(error: unknown): unknown {
  // an error of another realm is no instance of Error
  if (typeof error !== 'object' || error === null || !('stack' in error)) return error;
  if (typeof error.stack !== 'string') return error;
  const lines = error.stack.split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line) && isOfTheTool(line));
  if (first > 0) error.stack = lines.slice(0, first).join('\n');
  return error;
}
