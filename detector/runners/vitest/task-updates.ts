import type { RunnerTask, RunnerTestFile } from 'vitest';

type Event = readonly [id: string, name: string, ...rest: unknown[]];
type Update = (packs: readonly unknown[], events?: readonly Event[]) => Promise<unknown>;

/** The part of vitest's worker that sends the results of tasks to its reporters. */
interface Rpc {
  readonly onTaskUpdate: Update;
  readonly getCountOfFailedTests: () => Promise<number>;
  readonly onCancel: (reason: string) => unknown;
}

/** The state of vitest's worker, of which this takes what it knows. */
interface Worker {
  rpc: Rpc;
  readonly config?: { readonly bail?: number };
}

/**
 * The results on their way from vitest's worker to its reporters, while a file of tests runs.
 *
 * A test that left something may still fail: that it has finished is held back until it has been judged, and so is
 * that the suites around it have. All other events pass at once.
 */
export class TaskUpdates {
  readonly #worker: Worker | undefined;
  readonly #rpc: Rpc | undefined;
  readonly #unjudged = new Set<string>();
  #held: Event[] = [];
  #file: RunnerTestFile | undefined;
  #afterFile: (() => Promise<void>) | undefined;

  /** @param worker the state of vitest's worker */
  constructor(worker: unknown) {
    if (!isWorker(worker)) return;
    this.#worker = worker;
    this.#rpc = worker.rpc;
  }

  /** Stands between the worker and its reporters until the file has finished. */
  begin(file: RunnerTestFile): void {
    const { rpc } = this.#worker ?? {};
    if (!this.#worker || !rpc) return;
    this.#file = file;
    const update: Update = (packs, events) => this.#update(packs, events);
    this.#worker.rpc = new Proxy(rpc, {
      get: (target, name): unknown => (name === 'onTaskUpdate' ? update : Reflect.get(target, name)),
    });
  }

  /** The file whose result vitest has not sent yet, and sends itself. */
  get runningFile(): RunnerTestFile | undefined {
    return this.#file;
  }

  /** Holds back that a test has finished, until {@link release}. */
  hold(task: RunnerTask): void {
    this.#unjudged.add(task.id);
    for (let { suite } = task; suite; suite = suite.suite) this.#unjudged.add(suite.id);
  }

  /** Lets what was held back pass, with the results as they are now. */
  async release(): Promise<void> {
    this.#unjudged.clear();
    const events = this.#held;
    this.#held = [];
    if (events.length > 0) await this.#rpc?.onTaskUpdate([], events);
  }

  /** Calls back when the reporters have been told that the file has finished. */
  afterFile(callback: () => Promise<void>): void {
    this.#afterFile = callback;
  }

  /**
   * Sends results, and ends the run if they are as many failures as vitest was asked to end it after.
   *
   * @param failed the number of tests that fail newly
   * @throws Error if this vitest has no way to send them
   */
  async send(packs: readonly unknown[], failed: number): Promise<void> {
    const rpc = this.#rpc;
    if (!rpc) {
      throw new Error('this vitest can fail no test after its end: set "verdict": "test" in leaklab.json');
    }
    const bail = this.#worker?.config?.bail ?? 0;
    const before = bail > 0 && failed > 0 ? await rpc.getCountOfFailedTests() : 0;
    await rpc.onTaskUpdate(packs, []);
    if (bail > 0 && failed > 0 && before + failed >= bail) void rpc.onCancel('test-failure');
  }

  #update(packs: readonly unknown[], events: readonly Event[] = []): Promise<unknown> {
    const rpc = this.#rpc;
    if (!rpc) return Promise.resolve();
    // vitest empties the list after the call
    const passing = events.filter((event) => !this.#holds(event));
    this.#held.push(...events.filter((event) => !passing.includes(event)));
    const sent = rpc.onTaskUpdate(packs, passing);
    const file = this.#file;
    if (!file || !isFinished(file, packs, events)) return sent;
    this.#file = undefined;
    if (this.#worker) this.#worker.rpc = rpc;
    const after = this.#afterFile?.();
    return after ? Promise.all([sent, after]) : sent;
  }

  #holds([id, name]: Event): boolean {
    return this.#unjudged.has(id) && name.endsWith('-finished');
  }
}

/** Reports whether an update ends a file; before vitest 3, updates have no events. */
function isFinished(file: RunnerTestFile, packs: readonly unknown[], events: readonly Event[]): boolean {
  if (events.length > 0) return events.some(([id, name]) => id === file.id && name === 'suite-finished');
  const states = ['pass', 'fail'];
  return packs.some(
    (pack) => Array.isArray(pack) && pack[0] === file.id && states.includes(file.result?.state ?? ''),
  );
}

function isWorker(worker: unknown): worker is Worker {
  return typeof worker === 'object' && worker !== null && 'rpc' in worker;
}
