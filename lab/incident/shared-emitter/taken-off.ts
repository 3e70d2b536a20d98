import type { Variant } from '../variant.ts';
import { settings } from './settings.ts';

/** Takes the listener off when the request has its answer. */
export const variant: Variant = {
  async answer(upstream) {
    let language = 'en';
    const change = (next: string): void => void (language = next);
    settings.on('language', change);
    try {
      const response = await fetch(upstream);
      return `${language}: ${await response.text()}`;
    } finally {
      settings.off('language', change);
    }
  },
  count: () => settings.listenerCount('language'),
};
