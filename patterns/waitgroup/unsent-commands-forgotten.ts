/**
 * A client gives up connecting and rejects the commands that wait for an answer, not those that wait for sending.
 *
 * **What leaks** Each command that was not sent yet, and its caller.
 *
 * **Why it survives** There are two queues. Commands in the sent queue
 * get the error, and the other queue is dropped with the client.
 *
 * **How it shows up** When a server goes away, some calls fail and some hang.
 *
 * **How to fix** Reject both queues.
 *
 * **When this is not a leak** When the client goes on trying to connect.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Unsent commands never rejected',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['redis/node-redis@7e2059b'],
  hints: [
    'Two commands, one sent and one not. Which of them fails?',
    'How many queues does the client have?',
    'Go through both in `giveUp`.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Command {
  readonly text: string;
  readonly reject: (problem: Error) => void;
}

class Client {
  readonly #toSend: Command[] = [];
  readonly #sent: Command[] = [];
  isConnected = true;

  send(text: string): Promise<string> {
    return new Promise((_resolve, reject) => {
      (this.isConnected ? this.#sent : this.#toSend).push({ text, reject });
    });
  }

  giveUp(): void {
    for (const { text, reject } of this.#sent.splice(0)) reject(new Error(`no answer to ${text}`));
  }
}

async function increment(client: Client, key: string): Promise<string> {
  return await client.send(`INCR ${key}`); // LEAK: await
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const sent = increment(client, 'visits').catch((error: Error) => error.message);
  client.isConnected = false;
  void increment(client, 'orders').catch(() => undefined);
  client.giveUp();
  return { sent: await sent };
}
