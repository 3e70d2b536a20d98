import type { Variant } from '../variant.ts';
import { settings } from './settings.ts';

/** Adds a listener for each request, and leaves it there. */
export const variant: Variant = {
  async answer(upstream) {
    let language = 'en';
    settings.on('language', (next: string) => (language = next));
    const response = await fetch(upstream);
    return `${language}: ${await response.text()}`;
  },
  count: () => settings.listenerCount('language'),
};
