/**
 * A process: the callers. The load is open: so many requests a second, answered or not. A closed load, where each
 * caller waits for its answer before it asks again, slows down with the service and hides the pile.
 */
import { Agent, request } from 'node:http';
import { interval, obey, tell } from './messages.ts';

/** The time between two looks at what is due, in ms. */
const tick = 5;
let sent = 0;
let answered = 0;
let failed = 0;

function ask(url: string, agent: Agent): void {
  sent += 1;
  const asked = request(url, { agent }, (response) => {
    response.resume();
    response.once('end', () => {
      if (response.statusCode === 200) answered += 1;
      else failed += 1;
    });
  });
  asked.once('error', () => (failed += 1));
  asked.end();
}

function start({ url, rate }: { readonly url: string; readonly rate: number }): void {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
  const began = performance.now();
  let asked = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; asked < due; asked += 1) ask(url, agent);
  }, tick);
  setInterval(() => {
    tell({ load: { sent, answered, failed } });
    sent = answered = failed = 0;
  }, interval);
}

obey((order) => {
  if ('load' in order) start(order.load);
});
tell({ ready: '' });
