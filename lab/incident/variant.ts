/** A way to write the service. Each is a module that exports `variant`. */
export interface Variant {
  /**
   * Answers one caller.
   *
   * @param upstream the address of the upstream
   * @throws if the caller gets no answer; the service then responds with 503
   */
  answer(upstream: string): Promise<string>;
  /** Counts what the incident is about, where the upstream can't count it. */
  count?(): number;
}
