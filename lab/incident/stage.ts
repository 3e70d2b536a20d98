import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import { moduleBeside } from '../shared/module-beside.ts';
import { startWithUs } from '../watched/process-group.ts';
import type { Behaviour, News, Order, Seen } from './messages.ts';
import type { Contender } from './incidents.ts';

/** The counts of a variant at one moment. */
export interface Sample {
  /** The time since the first request, in ms. */
  readonly at: number;
  readonly waiting: number;
  readonly other: number;
  /** Resident memory of the service, in bytes. */
  readonly memory: number;
  /** Requests since the sample before. */
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
}

type Part<Name extends string> = Extract<News, Record<Name, unknown>>[Name &
  keyof Extract<News, Record<Name, unknown>>];

type Name = 'upstream' | 'service' | 'load' | 'witness';

/** The processes of one variant: its upstream, the service, and the callers. */
export class Stage {
  readonly #contender: Contender;
  readonly #otherFrom: 'upstream' | 'service';
  readonly #children: {
    readonly name: Name;
    readonly child: ChildProcess;
    readonly release: () => void;
  }[] = [];
  #upstream: Part<'upstream'> | undefined;
  #service: Part<'service'> | undefined;
  #load: Part<'load'> | undefined;
  #address = '';
  #order: (order: Order) => void = () => {};
  #lost: ((error: Error) => void) | undefined;

  constructor(contender: Contender, otherFrom: 'upstream' | 'service') {
    this.#contender = contender;
    this.#otherFrom = otherFrom;
  }

  /** Starts upstream and service. Returns a function that starts the load, in requests a second. */
  async start(behaviour: Behaviour): Promise<(rate: number) => void> {
    const [upstream, service, load] = await Promise.all([
      this.#process('upstream', (news) => 'upstream' in news && (this.#upstream = news.upstream)),
      this.#process('service', (news) => 'service' in news && (this.#service = news.service)),
      this.#process('load', (news) => 'load' in news && this.#addLoad(news.load)),
    ]);
    this.#order = upstream.send;
    upstream.send({ behave: behaviour });
    this.#address = await upstream.ready;
    service.send({ serve: { program: programOf(this.#contender), upstream: this.#address } });
    const [url] = await Promise.all([service.ready, load.ready]);
    return (rate) => load.send({ load: { url, rate } });
  }

  behave(behaviour: Behaviour): void {
    this.#order({ behave: behaviour });
  }

  /** Returns what was heard since the last call; nothing before each process has said something. */
  sample(at: number): Sample | undefined {
    const other = this.#otherFrom === 'upstream' ? this.#upstream?.open : this.#service?.count;
    if (!this.#service || !this.#load || other === undefined) return undefined;
    const { waiting, memory } = this.#service;
    const sample = { at, waiting, other, memory, ...this.#load };
    this.#load = { sent: 0, answered: 0, failed: 0 };
    return sample;
  }

  /** Ends the callers and the service, and lets some callers ask the variant under the detector. */
  async watch(isRepeated: boolean): Promise<readonly Seen[]> {
    for (const { name, child } of this.#children) if (name !== 'upstream') end(child);
    const { promise, resolve, reject } = Promise.withResolvers<readonly Seen[]>();
    this.#lost = reject;
    const witness = await this.#process('witness', (news) => {
      if ('seen' in news) resolve(news.seen);
    });
    await witness.ready;
    witness.send({ watch: { program: programOf(this.#contender), upstream: this.#address, isRepeated } });
    return promise;
  }

  end(): void {
    this.#lost = undefined;
    for (const { child, release } of this.#children) {
      end(child);
      release();
    }
  }

  #addLoad({ sent, answered, failed }: Part<'load'>): void {
    const before = this.#load ?? { sent: 0, answered: 0, failed: 0 };
    this.#load = {
      sent: before.sent + sent,
      answered: before.answered + answered,
      failed: before.failed + failed,
    };
  }

  async #process(
    name: Name,
    hear: (news: News) => unknown,
  ): Promise<{ readonly ready: Promise<string>; readonly send: (order: Order) => void }> {
    const ready = Promise.withResolvers<string>();
    // an early end is reported by the await that comes next
    ready.promise.catch(() => {});
    const { child, release } = startWithUs(() => ({
      child: fork(moduleBeside(import.meta.url, name), {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: ['--disable-warning=ExperimentalWarning', '--enable-source-maps'],
      }),
    }));
    this.#children.push({ name, child, release });
    child.on('message', (message) => {
      const news = message as News;
      if ('ready' in news) ready.resolve(news.ready);
      else hear(news);
    });
    child.once('exit', (code, signal) => {
      const error = new Error(`the process ${name} of ${this.#contender.program} ended: ${signal ?? code}`);
      ready.reject(error);
      this.#lost?.(error);
    });
    return { ready: ready.promise, send: (order) => void child.send(order) };
  }
}

function end(child: ChildProcess): void {
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
}

function programOf({ program }: Contender): string {
  return fileURLToPath(new URL(`./${program}${extname(import.meta.url)}`, import.meta.url));
}
