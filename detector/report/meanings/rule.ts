import type { Finding } from '../../finding.ts';

/** The explanation of a finding in a report. */
export interface Meaning {
  /** The reason why the resource is still alive. */
  readonly why: string;
  /** The call that ends the leak; absent where the finding can't show which. */
  readonly fix?: string;
}

/** The parts of a finding that choose its meaning; never a text that another module composed. */
export type Traits = Pick<Finding, 'type' | 'api' | 'facts'>;

/** A meaning and the findings that it fits; without `when`, every other finding of its kind. */
export interface MeaningRule extends Meaning {
  readonly when?: (finding: Traits) => boolean;
}

/** Returns a test for the type. */
export const is =
  (...types: readonly string[]) =>
  ({ type }: Traits): boolean =>
    types.includes(type);
/** Returns a test for the module and the function that the line called. */
export const by =
  (...names: readonly string[]) =>
  ({ api }: Traits): boolean =>
    api !== undefined && names.includes(`${api.module} ${api.function}`);
/** Returns a test for the facts. */
export const has =
  (test: (facts: NonNullable<Finding['facts']>, type: string) => boolean) =>
  ({ facts = {}, type }: Traits): boolean =>
    test(facts, type);
