import type { Watch } from '../answer/adapter.ts';
import { countsOf, increase, settle } from './settle.ts';

/** Reports the resources of `process.getActiveResourcesInfo()` that are more than before. */
export const watch: Watch = () => {
  let before = countsOf(process.getActiveResourcesInfo());
  const look = (): ReturnType<typeof increase> =>
    increase(before, countsOf(process.getActiveResourcesInfo()));
  return {
    loaded: () => {
      before = countsOf(process.getActiveResourcesInfo());
    },
    findings: async () => {
      await settle(() => look().length === 0);
      return look();
    },
  };
};
