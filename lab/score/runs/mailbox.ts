import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../shared/error-message.ts';
import { parseLetter, parseQuestion, type Reply } from '../../outside/messages.ts';
import type { RunEndpoints } from '../../outside/outside.ts';

/** Interval, in ms, between two looks for a letter. */
const every = 5;

/** Answers the questions that a program puts into a folder as files. @returns a function that stops the answers */
export function answerMailbox(folder: string, desk: Pick<RunEndpoints, 'ask'>): () => void {
  mkdirSync(folder, { recursive: true });
  const reply = (said: Reply): void => {
    const file = join(folder, `${said.id}.reply`);
    try {
      writeFileSync(`${file}.part`, JSON.stringify(said));
      renameSync(`${file}.part`, file);
    } catch {
      // the run is over, and its folder gone
    }
  };
  const timer = setInterval(() => {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.letter')) continue;
      const letter = parseLetter(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      rmSync(join(folder, name));
      if (!letter) continue;
      const { id, question } = letter;
      const ask = async (): Promise<Reply> => ({
        leaklab: 'answer',
        id,
        answer: await desk.ask(parseQuestion(question)),
      });
      void ask().then(reply, (error: unknown) =>
        reply({ leaklab: 'failure', id, message: messageOf(error) }),
      );
    }
  }, every);
  return () => clearInterval(timer);
}
