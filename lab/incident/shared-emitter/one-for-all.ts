import type { Variant } from '../variant.ts';
import { settings } from './settings.ts';

let language = 'en';
settings.on('language', (next: string) => (language = next));

/** Reads what one listener of the module keeps up to date. */
export const variant: Variant = {
  async answer(upstream) {
    const response = await fetch(upstream);
    return `${language}: ${await response.text()}`;
  },
  count: () => settings.listenerCount('language'),
};
