import { basename } from 'node:path';
import { TestLeakError } from '../output/test-leak-error.ts';

/** An error as vitest sends it from a worker to its reporters, which print every other property too. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The text below the message, where a reporter prints the error and not only its message. */
  readonly codeFrame?: string;
}

const mostPlaces = 3;

/**
 * The errors of a worker for vitest, whose reporters print errors with equal stacks once, below the names of their tests.
 *
 * So the stack has neither the name of the test, which vitest prints itself, nor its own lines that called the one that leaks.
 */
export class PlainErrors {
  readonly #known = new Map<string, PlainError>();

  /** Returns the plain form of an error; tests that leak the same get the same one. */
  of(error: Error): PlainError {
    const { name, message, stack = '' } = error;
    if (!(error instanceof TestLeakError)) return { name, message, stack };
    const { unit, by, missed, text } = error.words;
    // a file has one error, and reporters in JSON give only its message
    if (unit !== 'test') return { name, message, stack };
    const before = missed === undefined ? '' : `${by}: ${missed}: `;
    const frames = aboveTheTest(error);
    const key = [`${name}: ${before}${error.whole}`, ...frames].join('\n');
    const [head = '', ...below] = text.split('\n');
    const codeFrame = below.join('\n').trimEnd();
    const plain = this.#known.get(key) ?? {
      name,
      message: `${before}${head}${placesOf(error)}`,
      stack: key,
      ...(codeFrame !== '' && { codeFrame }),
    };
    this.#known.set(key, plain);
    return plain;
  }

  /** Returns an error to throw with the plain form's properties. */
  thrown(error: Error): Error {
    return Object.assign(new Error(error.message), this.of(error));
  }
}

/** The errors of this worker. */
export const plainErrors = new PlainErrors();

function placesOf({ report: { leaks } }: TestLeakError): string {
  const places = [
    ...new Set(leaks.flatMap(({ site }) => (site ? `${basename(site.file)}:${site.line}` : []))),
  ];
  const more = places.length - mostPlaces;
  return (
    places
      .slice(0, mostPlaces)
      .map((place) => `, ${place}`)
      .join('') + (more > 0 ? ` and ${more} more` : '')
  );
}

/** Returns the frames of an error's stack above those of the test file that called the line that leaks. */
function aboveTheTest({ frames, report, words: { file } }: TestLeakError): readonly string[] {
  const site = report.leaks[0]?.site;
  const at = site ? frames.findIndex((frame) => frame.includes(`${site.file}:${site.line}:`)) : -1;
  const end = frames.findIndex((frame, index) => index > at && frame.includes(`${file}:`));
  return at === -1 || end === -1 ? frames : frames.slice(0, end);
}
