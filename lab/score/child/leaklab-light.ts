import { watchAt } from './leaklab.ts';

export const watch = watchAt('light');
