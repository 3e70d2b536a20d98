import { messageOf } from './error-message.ts';

/**
 * The hooks of one probe, none of which lets an error out: one thrown in a hook of Node ends the process.
 *
 * The first error switches all of them off, because the probe has then missed something.
 */
export class Guard {
  /** The first error; a plain field, because the stack may be full where it is set. */
  thrown: { readonly error: unknown } | undefined;

  /**
   * Returns a hook that does as `work` does, until one of this guard throws; it passes on four arguments.
   *
   * All such hooks share their code, which the engine then can't inline: the hottest ones catch for themselves.
   */
  hook<Args extends unknown[], Result>(
    work: (...args: Args) => Result,
  ): (...args: Args) => Result | undefined {
    const run = work as unknown as (...args: unknown[]) => Result;
    const guarded = (a?: unknown, b?: unknown, c?: unknown, d?: unknown): Result | undefined => {
      if (this.thrown) return undefined;
      try {
        return run(a, b, c, d);
      } catch (error) {
        this.thrown = { error };
        return undefined;
      }
    };
    return guarded as unknown as (...args: Args) => Result | undefined;
  }

  /** Runs a step of the probe, and returns `otherwise` if it fails. */
  run<Result>(work: () => Result, otherwise: Result): Result {
    try {
      return work();
    } catch (error) {
      this.thrown ??= { error };
      return otherwise;
    }
  }

  /** The message of the first error, or undefined. */
  get failure(): string | undefined {
    return this.thrown && messageOf(this.thrown.error);
  }

  /** Forgets the failure: the probe starts anew. */
  reset(): void {
    this.thrown = undefined;
  }
}
