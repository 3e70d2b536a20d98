import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReply, type Ask } from '../../outside/messages.ts';

// taken at load, before the program installs fake ones
const { setTimeout } = globalThis;

/** Interval, in ms, between two looks for the answer. */
const every = 2;
let letters = 0;

/**
 * Asks by files in a folder, which any runtime and any worker of a test runner can do. It leaves no descriptor, no
 * socket and no listener, and has a timer only until the answer is there.
 */
export function createMailAsk(mailbox: string): Ask {
  return async (question) => {
    const id = ++letters;
    const letter = join(mailbox, `${id}.letter`);
    const reply = join(mailbox, `${id}.reply`);
    // whole or not at all: the other side looks for names that end in .letter
    writeFileSync(`${letter}.part`, JSON.stringify({ leaklab: 'question', id, question }));
    renameSync(`${letter}.part`, letter);
    while (!existsSync(reply)) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, every);
      });
    }
    const said = parseReply(JSON.parse(readFileSync(reply, 'utf8')));
    if (said?.leaklab === 'answer') return said.answer;
    throw new Error(said?.leaklab === 'failure' ? said.message : 'what came is no reply');
  };
}
