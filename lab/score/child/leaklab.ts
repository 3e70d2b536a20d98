import { join } from 'node:path';
import type { Finding as Leak, Level } from '../../../detector/index.ts';
import { builtInRules, findGrowth, hideFolder, openScope } from '../../../detector/internal.ts';

import type { Watch } from '../answer/adapter.ts';
import type { Finding } from '../answer/answer.ts';
import { framesOf } from '../answer/recorded.ts';

/** Watches with the bundled detector at one level; `heap` is `full`, then growth if `full` has found nothing. */
export const watch: Watch = ({ again, options }) => {
  const { level } = options as { readonly level: Level | 'heap' };
  for (const part of ['score', 'outside']) hideFolder(join(import.meta.dirname, '..', '..', part));
  const scope = openScope({ name: 'program', level: level === 'heap' ? 'full' : level });
  return {
    loaded: () => scope.mark(),
    findings: async () => {
      const { leaks } = await scope.find();
      scope.dispose();
      if (leaks.length > 0 || level !== 'heap') return leaks.map(toFinding);
      const grown = await findGrowth(again, {
        owner: { name: 'program' },
        rules: { builtIn: builtInRules, own: [] },
        runs: 5,
      });
      return grown.leaks.map(toFinding);
    },
  };
};

function toFinding({ kind, type, count, site, stack }: Leak): Finding {
  return {
    kind,
    type,
    count,
    ...(site && { file: site.file, line: site.line }),
    frames: framesOf((stack ?? []).join('\n')),
  };
}
