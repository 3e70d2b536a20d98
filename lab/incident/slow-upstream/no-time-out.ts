import type { Variant } from '../variant.ts';

/** Waits for as long as the upstream takes. */
export const variant: Variant = {
  async answer(upstream) {
    const response = await fetch(upstream);
    return await response.text();
  },
};
