import { readdirSync, readlinkSync } from 'node:fs';
import type { Watch } from '../answer/adapter.ts';
import { countsOf, increase, settle } from './settle.ts';

interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly is_referenced: boolean;
}

/** What the event loop itself is made of. */
const machinery = ['loop', 'idle', 'check', 'prepare'];

/** Handles of libuv, those that are unref'd as well, and open descriptors that none of them explains. */
export const watch: Watch = () => {
  // the network is left out: it asks for names of hosts, which takes seconds
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
 * All timers of JavaScript share one handle, which stays active, and not referenced, when the last of them is cleared;
 * and the engine has timers of its own, never referenced. So a timer counts when it is referenced.
 */
function isOwn({ type, is_referenced }: Handle): boolean {
  return machinery.includes(type) || (type === 'timer' && !is_referenced);
}

/** Sockets, pipes and what the event loop itself needs are libuv's; what is left are files and folders. */
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
