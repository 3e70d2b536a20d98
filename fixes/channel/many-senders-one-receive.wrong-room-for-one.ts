/**
 * Tried: the channel has room for one answer besides the one that is received.
 *
 * **Still leaks because** the third of three senders finds neither a receiver nor room.
 */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

interface Mirror {
  readonly name: string;
  readonly size: number;
}

async function download({ name, size }: Mirror, answers: Channel<string>): Promise<void> {
  const part = name.padEnd(size, '.');
  await answers.send(part); // LEAK: await
}

async function fastest(mirrors: readonly Mirror[]): Promise<string> {
  const answers = new Channel<string>(1); // TRIED: room for a slower mirror // ALSO
  for (const mirror of mirrors) void download(mirror, answers);
  return (await answers.receive()) ?? 'none';
}

export async function run(): Promise<Outcome> {
  const mirrors = ['eu', 'us', 'ap'].map((name) => ({ name, size: 8 }));
  return { fastest: await fastest(mirrors) };
}
