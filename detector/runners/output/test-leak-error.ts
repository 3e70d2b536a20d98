import type { Report } from '../../finding.ts';
import { LeakError } from '../../report/leak-error.ts';
import type { Unit } from '../verify/test-report.ts';

/** The parts of the message of a {@link TestLeakError}. */
export interface Words {
  readonly unit: Unit;
  /** The absolute path of the test file, or of the program. */
  readonly file: string;
  /** The name of the test, file or run. */
  readonly by: string;
  /** The expectations that were not met. */
  readonly missed?: string;
  /** The report, with one line for each cause that an earlier report shows in full. */
  readonly text: string;
  /** True if earlier reports show all causes in full, each with its line. */
  readonly isKnown: boolean;
}

/** The error of a test, a file or a run that leaked; it points at the line of the first leak. */
export class TestLeakError extends LeakError {
  /** The report with all causes in full. */
  declare readonly whole: string;
  declare readonly words: Words;
  /** The lines of the stack below the message. */
  declare readonly frames: readonly string[];

  constructor(report: Report, words: Words) {
    super(report);
    const { by, missed, text } = words;
    const frames = (report.leaks[0]?.stack ?? []).map((frame) => `    at ${frame}`);
    // not enumerable: runners print an error's properties
    Object.defineProperties(this, {
      whole: { value: this.message },
      words: { value: words },
      frames: { value: frames },
    });
    this.message = [by, missed, text].filter((part) => part !== undefined).join(': ');
    this.stack = [`${this.name}: ${this.message}`, ...(words.isKnown ? [] : frames)].join('\n');
  }
}
