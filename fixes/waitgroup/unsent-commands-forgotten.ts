/** Fixed: commands that were not sent fail as well. */
import type { Outcome } from '../../lab/contract.ts';

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
    // FIX: the others will never be sent
    for (const { text, reject } of [...this.#sent.splice(0), ...this.#toSend.splice(0)])
      reject(new Error(`no answer to ${text}`));
  }
}

async function increment(client: Client, key: string): Promise<string> {
  return await client.send(`INCR ${key}`);
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const sent = increment(client, 'visits').catch((error: Error) => error.message);
  client.isConnected = false;
  void increment(client, 'orders').catch(() => undefined);
  client.giveUp();
  return { sent: await sent };
}
