/**
 * Process outside: hosts the endpoints of runs for the lab that forked it, and ends with that lab. It takes orders
 * and sends reports over IPC, see messages.ts.
 */
import { openListeners, type Listeners } from './listeners.ts';
import { messageOf } from '../shared/error-message.ts';
import { parseOrder, type Answer, type Order, type Question, type Report } from './messages.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { createVisitors, type Visitors } from './visitors.ts';

interface OpenRun {
  readonly listeners: Listeners;
  readonly visitors: Visitors;
  readonly postgres: Postgres | undefined;
}

const runs = new Map<number, OpenRun>();
let opened = 0;

process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the lab decides when this process ends
process.on('SIGINT', () => {});
process.on('message', (message) => {
  const order = parseOrder(message);
  carryOut(order).then(send, (error: unknown) => {
    send({ report: 'failed', id: order.id, message: messageOf(error) });
  });
});
if (process.connected) send({ report: 'ready' });
else process.exit(0);

async function carryOut(order: Order): Promise<Report> {
  const { id } = order;
  switch (order.order) {
    case 'open': {
      const [listeners, postgres] = await Promise.all([
        openListeners(),
        order.postgres ? openPostgres() : undefined,
      ]);
      const run = ++opened;
      runs.set(run, { listeners, visitors: createVisitors(), postgres });
      const addresses = { ...listeners.addresses, ...(postgres && { postgres: postgres.url }) };
      return { report: 'opened', id, run, addresses };
    }
    case 'ask':
      return { report: 'answered', id, answer: await answer(runOf(order.run), order.question) };
    case 'close': {
      const { listeners, visitors, postgres } = runOf(order.run);
      runs.delete(order.run);
      await Promise.all([visitors.close(), listeners.close(), postgres?.close()]);
      return { report: 'closed', id };
    }
  }
}

async function answer({ listeners, visitors }: OpenRun, question: Question): Promise<Answer> {
  switch (question.ask) {
    case 'visit':
      return { answer: 'visited', ...(await visitors.visit(question.url, question.manner)) };
    case 'leave':
      await visitors.leave(question.visit);
      return { answer: 'left' };
    case 'connections':
      return { answer: 'connections', count: await listeners.connections() };
  }
}

function runOf(run: number): OpenRun {
  const found = runs.get(run);
  if (found === undefined) throw new Error('the run is closed');
  return found;
}

function send(report: Report): void {
  // an error means that the lab has gone, and then 'disconnect' ends this process
  if (process.connected) process.send?.(report, undefined, undefined, () => {});
}
