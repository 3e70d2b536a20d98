/** What `leaklab <verb>` does. */
export interface Verb {
  readonly help: string;
  /**
   * Prints to standard output.
   *
   * @param args what stands behind the verb
   * @returns the exit code: 0 holds, 1 falls short
   * @throws UsageError where it is used wrongly: exit code 2
   */
  run(args: string[]): Promise<number>;
}
