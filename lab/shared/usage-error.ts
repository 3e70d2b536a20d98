/** Something the caller can put right: shown as it is, without a stack, with exit code 2. */
export class UsageError extends Error {
  /** What to do about it. */
  readonly next: string;

  constructor(problem: string, next: string) {
    super(problem);
    this.name = 'UsageError';
    this.next = next;
  }
}
