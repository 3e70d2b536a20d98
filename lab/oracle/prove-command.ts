/** `prove`: the verb that proves labels. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { scan } from './scan.ts';
import { prove } from './prove.ts';
import { describeProof } from './proof-lines.ts';

export async function proveCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { times: { type: 'string' }, node: { type: 'string' } },
  });
  const all = await scan(fileURLToPath(new URL('../..', import.meta.url)));
  const programs =
    positionals.length === 0
      ? all
      : all.filter((p) => positionals.some((id) => p.id === id || p.family === id));
  if (programs.length === 0) {
    console.error(`unknown id ${positionals.join(' ')}`);
    return 2;
  }
  const proofs = await prove(programs, {
    times: Number(values.times ?? 1),
    ...(values.node && { node: resolve(values.node) }),
    onProgress: (proof) => console.log(describeProof(proof)),
  });
  const held = proofs.filter((proof) => proof.holds).length;
  console.log(`${held} of ${proofs.length} hold`);
  return held === proofs.length ? 0 : 1;
}
void existsSync;
void styleText;
if (import.meta.main) process.exitCode = await proveCommand(process.argv.slice(2));
