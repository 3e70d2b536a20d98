import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Service } from './package-lab.ts';

/** Servers in separate processes, each started when it is first needed. */
export class Services {
  readonly #running = new Map<Service, { readonly child: ChildProcess; readonly port: Promise<number> }>();

  /**
   * Starts the service if it does not run yet.
   *
   * @returns its port on `127.0.0.1`
   * @throws if the service ends before it listens
   */
  port(service: Service): Promise<number> {
    const running = this.#running.get(service);
    if (running) return running.port;
    const child = fork(join(import.meta.dirname, 'services', `${service}.ts`), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const port = Promise.race([
      once(child, 'message').then(([announced]) => Number(announced)),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the service ${service} ended with exit code ${String(code)} before it listened`);
      }),
    ]);
    this.#running.set(service, { child, port });
    return port;
  }

  /** Ends all services; resolves when they are gone. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].map(async ({ child }) => {
        if (child.exitCode !== null) return;
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }),
    );
    this.#running.clear();
  }
}
