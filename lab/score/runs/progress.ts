import { styleText } from 'node:util';
import { showStatus } from '../../shared/status-line.ts';
import type { Recorded } from '../answer/recorded.ts';

/** Progress and remaining time: one line that is overwritten on a terminal, a line now and then in a pipe. */
export class Progress {
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #run = 0;
  #told = -Infinity;

  constructor(total: number) {
    this.#total = total;
  }

  done({ adapter, program, end }: Recorded, isNew: boolean): void {
    this.#done += 1;
    if (!isNew) return;
    this.#run += 1;
    const spent = performance.now() - this.#started;
    const left = ((this.#total - this.#done) * spent) / this.#run;
    const text = `${this.#done}/${this.#total}, ${durationOf(left)} left, ${adapter} ${program}${end === 'answered' ? '' : `: ${end}`}`;
    if (process.stderr.isTTY) {
      showStatus(text);
    } else if (spent - this.#told > 10_000) {
      this.#told = spent;
      process.stderr.write(`${text}\n`);
    }
  }

  end(): void {
    showStatus('');
    if (this.#run > 0) {
      const spent = durationOf(performance.now() - this.#started);
      process.stderr.write(
        styleText('dim', `${this.#run} runs in ${spent}, ${this.#total - this.#run} from the cache`) + '\n',
      );
    }
  }
}

function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
