import { syncBuiltinESMExports } from 'node:module';
import { Causes } from './causes.ts';
import type { Leftover, Probe, Window } from './probe.ts';
import { AwaitProbe, type SuspendedAwait } from './probes/awaits.ts';
import { DatabaseProbe } from './probes/databases.ts';
import { DescriptorProbe } from './probes/descriptors.ts';
import { DirectoryProbe } from './probes/directories.ts';
import { EmitterBirths } from './probes/emitter-births.ts';
import { HandleProbe } from './probes/handles.ts';
import { Holders } from './probes/holders.ts';
import { ListenerProbe } from './probes/listeners.ts';
import { UnseenFileProbe } from './probes/unseen-files.ts';
import { RequestProbe } from './probes/requests.ts';
import { SubscriptionProbe } from './probes/subscriptions.ts';
import { WebStreamProbe } from './probes/web-streams.ts';

/** All that is left in a window, by the probes that saw it. */
export interface Gathered {
  readonly resources: readonly Leftover[];
  readonly listeners: readonly Leftover[];
  readonly awaits: readonly SuspendedAwait[];
}

/** The probes at work; shared by all scopes, started by the first and stopped with the last. */
export class Watch {
  readonly #causes = new Causes();
  readonly #births = new EmitterBirths();
  readonly holders = new Holders(this.#births);
  readonly #handles = new HandleProbe(this.#causes, this.#births);
  readonly #descriptors = new DescriptorProbe(this.#causes);
  readonly #databases = new DatabaseProbe(this.#causes);
  readonly #unseenFiles = this.#watchUnseenFiles();
  readonly #resources: readonly Probe[] = [
    this.#handles,
    new RequestProbe(this.#causes),
    this.#descriptors,
    this.#databases,
    this.#unseenFiles,
    new DirectoryProbe(),
    new WebStreamProbe(),
    new SubscriptionProbe(),
  ];
  readonly listeners = new ListenerProbe(this.#births, this.#causes);
  readonly #awaits = new AwaitProbe(this.#causes);
  readonly #failed = new Map<string, string>();
  #users = 0;

  get failures(): readonly { readonly probe: string; readonly error: string }[] {
    return [...this.#failed].map(([probe, error]) => ({ probe, error }));
  }

  #watchUnseenFiles(): UnseenFileProbe {
    const [handles, descriptors, databases] = [this.#handles, this.#descriptors, this.#databases];
    return new UnseenFileProbe({
      isKnown: (fd) => descriptors.isKnown(fd),
      get paths() {
        return databases.paths;
      },
      get hasWorkers() {
        return handles.hasWorkers;
      },
      get isBusy() {
        return handles.isBusy;
      },
    });
  }

  #probes(): readonly Probe[] {
    return [...this.#resources, this.listeners, this.#awaits];
  }

  use(): void {
    this.#users += 1;
    if (this.#users > 1) {
      this.#guarded(this.#unseenFiles, undefined, () => this.#unseenFiles.began());
      return;
    }
    // they are opened when first asked for, and would look like something the program has opened
    void process.stdout;
    void process.stderr;
    this.#births.start();
    this.#failed.clear();
    for (const probe of this.#probes()) {
      const isStarted = this.#guarded(probe, false, () => {
        probe.start();
        return true;
      });
      // what it had patched before it failed
      if (!isStarted) this.#guarded(probe, undefined, () => probe.stop());
    }
    // `import { open } from 'node:fs'` is to be the patched one as well
    syncBuiltinESMExports();
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    for (const probe of this.#probes().toReversed()) this.#guarded(probe, undefined, () => probe.stop());
    this.#births.stop();
    this.holders.stop();
    syncBuiltinESMExports();
  }

  gather(window: Window): Gathered {
    return {
      resources: this.#resources.flatMap((probe) => this.#guarded(probe, [], () => probe.left(window))),
      listeners: this.#guarded(this.listeners, [], () => this.listeners.left(window)),
      awaits: this.#guarded(this.#awaits, [], () => this.#awaits.left(window)),
    };
  }

  /** Whether something is being opened or closed at this moment, so that what is left can't be told yet. */
  get isBusy(): boolean {
    return this.#handles.isBusy;
  }

  letGo(): void {
    for (const probe of this.#probes()) this.#guarded(probe, undefined, () => probe.letGo?.());
  }

  /** A probe that fails says so in the report, and the others go on. */
  #guarded<Result>(probe: Probe, otherwise: Result, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.#failed.set(probe.name, error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  }
}
