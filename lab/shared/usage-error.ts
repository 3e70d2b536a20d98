/** An error that you can fix: shown without a stack, with exit code 2. */
export class UsageError extends Error {
  /** The next step: how to fix it. */
  readonly next: string;

  constructor(problem: string, next: string) {
    super(problem);
    this.name = 'UsageError';
    this.next = next;
  }
}
