/** `http-client.ts PORT COUNT`: sends COUNT requests, twenty at a time, over kept connections. */
import { Agent, get } from 'node:http';

const [port, count] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: 20 });
let sent = 0;

function request(): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}

async function send(): Promise<void> {
  while (sent < (count ?? 0)) {
    sent += 1;
    await request();
  }
}

await Promise.all(Array.from({ length: 20 }, send));
agent.destroy();
