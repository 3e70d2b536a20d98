import type { Aspect, ExpectedVerdict } from './suites.ts';
import { leftIn } from './results.ts';
import type { Told } from './trial.ts';

/** Result of one aspect of a runner. */
export type Answer = 'yes' | 'no' | 'file by file' | 'has none';

/** Difference between what was expected and what a runner reported. */
export interface Difference {
  readonly aspect: Aspect;
  readonly what: string;
}

/** Compares a runner's results with the expected ones: what failed, what passed, and the lines of the leaks. */
export function compare(expected: readonly ExpectedVerdict[], told: readonly Told[]): Difference[] {
  const differences: Difference[] = [];
  const rest = new Set(told);
  for (const { aspect, file, title, left } of expected) {
    const name = title ?? `${file} as a whole`;
    const found = [...rest].filter((each) => isOf(each, file, title));
    for (const each of found) rest.delete(each);
    const [own, ...more] = found;
    if (own === undefined || more.length > 0) {
      differences.push({ aspect, what: `${name}: reported ${found.length} times` });
      continue;
    }
    const isLeft = left !== undefined;
    if (isLeft !== (own.failure !== undefined)) {
      const what = isLeft ? 'passed, but leaks' : `failed, but is clean: ${own.failure?.slice(0, 600)}`;
      differences.push({ aspect, what: `${name} ${what}` });
    } else if (isLeft && leftIn(own.failure ?? '') !== left) {
      const told = leftIn(own.failure ?? '') || own.failure?.slice(0, 600);
      differences.push({ aspect: 'right line', what: `${name}: expected ${left}, got ${told}` });
    }
  }
  for (const { title, file, failure } of rest) {
    differences.push({
      aspect: 'per test',
      what: `${title ?? file ?? 'the run'}: not expected${failure === undefined ? '' : `: ${failure.slice(0, 600)}`}`,
    });
  }
  return differences;
}

function isOf(told: Told, file: string, title: string | undefined): boolean {
  if (title !== undefined) return told.title === title;
  // the result of a whole run names no file
  return told.title === undefined && (told.file === undefined || told.file === file);
}
