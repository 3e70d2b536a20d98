/** The lab's end of the process outside. */
import { fork, type ChildProcess } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { moduleBeside } from '../shared/module-beside.ts';
import {
  parseReport,
  type Addresses,
  type Answer,
  type Order,
  type Question,
  type Report,
} from './messages.ts';

/** Listeners and visitors of one program run. */
export interface RunEndpoints {
  readonly addresses: Addresses;
  /** Asks a question. @throws if the question fails, the endpoints are closed, or the process outside has ended */
  ask(question: Question): Promise<Answer>;
  /** Destroys the run's connections, listeners and visitors; resolves when done, also at a second call. */
  close(): Promise<void>;
}

export interface Outside {
  readonly pid: number;
  /** Opens fresh listeners for one run, and a PostgreSQL if requested. */
  openEndpoints(needs?: { readonly postgres: boolean }): Promise<RunEndpoints>;
  /** Ends the process with all endpoints; resolves when it is gone, also at a second call. */
  close(): Promise<void>;
}

/**
 * Starts the process outside, which hosts the endpoints of any number of runs and ends with this process. While no
 * question waits, it doesn't keep this process alive.
 *
 * @throws if the process can't be started
 */
export async function startOutside(): Promise<Outside> {
  const child = forkMain();
  const link = openChildLink(child);
  await link.ready;
  let closing: Promise<void> | undefined;

  return {
    pid: child.pid ?? 0,
    openEndpoints: async ({ postgres } = { postgres: false }) => {
      const report = await link.order((id) => ({ order: 'open', id, postgres }));
      if (report.report !== 'opened') throw unexpected(report);
      return createEndpoints(link, report.run, report.addresses);
    },
    close: () => {
      closing ??= link.end();
      return closing;
    },
  };
}

function createEndpoints(link: ChildLink, run: number, addresses: Addresses): RunEndpoints {
  let closing: Promise<void> | undefined;
  return {
    addresses,
    ask: async (question) => {
      const report = await link.order((id) => ({ order: 'ask', id, run, question }));
      if (report.report !== 'answered') throw unexpected(report);
      return report.answer;
    },
    close: () => {
      closing ??= link
        .order((id) => ({ order: 'close', id, run }))
        .then(
          () => {},
          (error: unknown) => {
            // the endpoints have gone with the process outside: there is nothing to close
            if (!(error instanceof OutsideEnded)) throw error;
          },
        );
      return closing;
    },
  };
}

/** Error of a question that the process outside left unanswered at its end. */
class OutsideEnded extends Error {
  override readonly name = 'OutsideEnded';
}

interface ChildLink {
  readonly ready: Promise<void>;
  order(make: (id: number) => Order): Promise<Report>;
  end(): Promise<void>;
}

/** Opens the link of orders and reports over a child's IPC channel. Channel and child are ref'd while a report is due. */
function openChildLink(child: ChildProcess): ChildLink {
  const waiting = new Map<number, PromiseWithResolvers<Report>>();
  const ready = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  let ids = 0;
  let ended: string | undefined;

  const settle = (id: number): PromiseWithResolvers<Report> | undefined => {
    const order = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) hold(child, false);
    return order;
  };
  const end = (reason: string): void => {
    ended ??= reason;
    ready.reject(new OutsideEnded(ended));
    for (const id of waiting.keys()) settle(id)?.reject(new OutsideEnded(ended));
  };

  child.on('message', (message) => {
    const report = parseReport(message);
    if (report.report === 'ready') {
      hold(child, false);
      ready.resolve();
    } else if (report.report === 'failed') settle(report.id)?.reject(new Error(report.message));
    else settle(report.id)?.resolve(report);
  });
  child.once('error', (error) => end(`the process outside failed: ${error.message}`));
  // not 'exit': at 'close' the channel is drained too, so no report is lost
  child.once('close', (code, signal) => {
    end(`the process outside ended by itself (${signal ?? `exit code ${code}`})`);
    isClosed = true;
    closed.resolve();
  });

  return {
    ready: ready.promise,
    order: (make) => {
      if (ended !== undefined) return Promise.reject(new OutsideEnded(ended));
      const id = ++ids;
      const order = Promise.withResolvers<Report>();
      waiting.set(id, order);
      hold(child, true);
      // a send that fails is followed by 'close', which says more than the error of a pipe
      child.send(make(id), () => {});
      return order.promise;
    },
    end: async () => {
      end('the process outside was closed');
      if (isClosed) return;
      hold(child, true);
      // safe: the kernel closes the sockets of a process that is gone
      child.kill('SIGKILL');
      await closed.promise;
      // the child's handle is closed at the end of the turn that reports its exit: wait for that turn
      await setImmediate();
      await setImmediate();
    },
  };
}

function hold(child: ChildProcess, held: boolean): void {
  if (held) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function forkMain(): ChildProcess {
  const env = { ...process.env };
  // a detector that is preloaded here must not watch the process outside
  delete env['NODE_OPTIONS'];
  return fork(moduleBeside(import.meta.url, 'main'), [], {
    env,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function unexpected(report: Report): Error {
  return new Error(`unexpected report ${JSON.stringify(report)}`);
}
