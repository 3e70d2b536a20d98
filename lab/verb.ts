/** A verb of the command line: `leaklab <verb>`. */
export interface Verb {
  readonly help: string;
  /** Returns the help of what the arguments name, such as a sub-command; nothing if they name none. */
  helpOf?(args: readonly string[]): Promise<string | undefined>;
  /**
   * Runs the verb, and prints to standard output.
   *
   * @param args the arguments after the verb
   * @returns the exit code: 0 holds, 1 falls short
   * @throws UsageError for a wrong use: exit code 2
   */
  run(args: string[]): Promise<number>;
}
