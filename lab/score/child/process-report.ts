import { readdirSync, readlinkSync } from 'node:fs';
import type { Watch } from '../answer/adapter.ts';
import { countsOf, increase, settle } from './settle.ts';

interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly is_referenced: boolean;
}

/** Handle types of the event loop itself. */
const machinery = ['loop', 'idle', 'check', 'prepare'];

/** Reports libuv's handles, even unref'd ones, and open descriptors that belong to none of them. */
export const watch: Watch = () => {
  // without the network, for which it would look up host names for seconds
  Object.assign(process.report, { excludeNetwork: true });
  let before = now();
  return {
    loaded: () => {
      before = now();
    },
    findings: async () => {
      await settle(() => increase(before, now()).length === 0);
      return increase(before, now());
    },
  };
};

function now(): ReadonlyMap<string, number> {
  const { libuv } = process.report.getReport() as unknown as { readonly libuv: readonly Handle[] };
  const handles = libuv.filter(({ is_active }) => is_active).filter((handle) => !isOwn(handle));
  return countsOf([...handles.map(({ type }) => type), ...descriptors()]);
}

/**
 * Reports whether a handle is the program's. All timers of JavaScript share one handle, which stays active, but not
 * referenced, after the last of them is cleared; the engine's own timers are never referenced. So a timer counts if
 * it is referenced.
 */
function isOwn({ type, is_referenced }: Handle): boolean {
  return machinery.includes(type) || (type === 'timer' && !is_referenced);
}

/** Lists open files and folders: sockets, pipes and the event loop's own descriptors are libuv's. */
function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith('/') && !target.startsWith('/dev/') && !target.startsWith('/proc/')
        ? ['fd']
        : [];
    } catch {
      // the descriptor of the folder that was just read
      return [];
    }
  });
}
