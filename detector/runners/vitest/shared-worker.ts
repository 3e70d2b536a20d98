import type { Judge } from '../verify/judge.ts';
import type { VerifiedFile } from '../verify/verified.ts';

/** The part of the state of vitest's worker that says whether files share it. */
interface WorkerState {
  readonly config: { readonly pool?: string; readonly isolate?: boolean; readonly poolOptions?: PoolOptions };
  readonly ctx?: { readonly pool?: string };
  /** Since 3.2; calls back when the worker is about to end. */
  readonly onCleanup?: (callback: () => void) => void;
}

type PoolOptions = Readonly<Record<string, { readonly isolate?: boolean } | undefined>>;

/** The files of a worker without isolation, which share its modules: what one leaves, a later one may close. */
export class SharedWorker {
  readonly #leaking = new Set<VerifiedFile>();
  #summarises = false;

  /**
   * Reviews the files that have ended: what leaks fails until a later file has closed it.
   *
   * @param file ends now
   */
  async review(file: VerifiedFile, ofFile: Parameters<VerifiedFile['review']>[0]): Promise<void> {
    const files = [...this.#leaking, file];
    const none = { fail: () => {} };
    const left = await Promise.all(files.map((each) => each.review(each === file ? ofFile : none)));
    for (const [index, each] of files.entries()) {
      if (left[index]) this.#leaking.add(each);
      else this.#leaking.delete(each);
    }
  }

  /** Prints the summary when the worker ends; returns false where it can't be known. */
  summariseAtEnd(judge: Judge, worker: unknown): boolean {
    if (this.#summarises) return true;
    if (!isState(worker) || !worker.onCleanup) return false;
    this.#summarises = true;
    worker.onCleanup(() => {
      judge.concludeHeld();
      judge.summarise();
    });
    return true;
  }
}

/** Reports whether files of tests share the modules of a worker. */
export function isShared(worker: unknown): boolean {
  if (!isState(worker)) return false;
  const { config, ctx } = worker;
  const pool = ctx?.pool ?? config.pool ?? '';
  // the others have a context for each file
  if (pool !== 'forks' && pool !== 'threads') return false;
  return (config.poolOptions?.[pool]?.isolate ?? config.isolate) === false;
}

function isState(worker: unknown): worker is WorkerState {
  return typeof worker === 'object' && worker !== null && 'config' in worker;
}
