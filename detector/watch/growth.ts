/** The bounds of a decision about growth. */
export interface GrowthBounds {
  /** The number of windows in a row in which a series must grow. */
  readonly windows: number;
  /** The least rise, from the start of the growth and over all earlier peaks. */
  readonly threshold: number;
}

/**
 * The decision whether a series grows without end, from its value at the end of each window.
 *
 * It alarms when the series has grown in each of so many windows, by a threshold, to a height that it never had. It
 * calms down when the series has lost half of what it had gained. So a series that falls or rests in between never
 * alarms, and one that stays below a bound alarms only until its peaks are known.
 */
export class Growth {
  readonly #bounds: GrowthBounds;
  #last: number | undefined;
  /** The value before the growth under way. */
  #start = 0;
  #rises = 0;
  /** The highest value before the growth under way. */
  #ceiling = 0;
  #base = 0;
  #peak = 0;
  #isAlarmed = false;

  constructor(bounds: GrowthBounds) {
    this.#bounds = bounds;
  }

  /** True from the alarm until the series has calmed down. */
  get isAlarmed(): boolean {
    return this.#isAlarmed;
  }

  /** True while the series grows: in enough windows, by the threshold, over its earlier peaks. */
  get isGrowing(): boolean {
    const { windows, threshold } = this.#bounds;
    const value = this.#last ?? 0;
    return this.#rises >= windows && value - this.#start >= threshold && value - this.#ceiling >= threshold;
  }

  /** Takes the value at the end of a window. */
  add(value: number): void {
    const last = this.#last;
    this.#last = value;
    if (last === undefined) {
      this.#start = value;
      this.#ceiling = value;
      return;
    }
    if (value > last) {
      if (this.#rises === 0) this.#start = last;
      this.#rises += 1;
    } else {
      this.#ceiling = Math.max(this.#ceiling, last);
      this.#rises = 0;
    }
    if (this.#isAlarmed) this.#mayCalm(value);
    else if (this.isGrowing) {
      this.#isAlarmed = true;
      this.#base = this.#start;
      this.#peak = value;
    }
  }

  /** Takes a value from between two windows, which may only be lower: things that were seen have ended. */
  lower(value: number): void {
    if (this.#last === undefined || value >= this.#last) return;
    this.add(value);
  }

  #mayCalm(value: number): void {
    this.#peak = Math.max(this.#peak, value);
    if (value > this.#base + (this.#peak - this.#base) / 2) return;
    this.#isAlarmed = false;
    this.#rises = 0;
    this.#ceiling = Math.max(this.#ceiling, this.#peak);
  }
}
