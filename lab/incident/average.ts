/** The average of a count over time: a count of 10 for a second and of 0 for three is 2.5. */
export class Average {
  #count = 0;
  #area = 0;
  #since = performance.now();
  #began = performance.now();

  get count(): number {
    return this.#count;
  }

  add(by: 1 | -1): void {
    this.#advance();
    this.#count += by;
  }

  /** Returns the average since the last call, and begins anew. */
  take(): number {
    this.#advance();
    const span = this.#since - this.#began;
    const average = span > 0 ? this.#area / span : this.#count;
    this.#area = 0;
    this.#began = this.#since;
    return average;
  }

  #advance(): void {
    const now = performance.now();
    this.#area += this.#count * (now - this.#since);
    this.#since = now;
  }
}
