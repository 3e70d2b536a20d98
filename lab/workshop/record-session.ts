/** Records docs/workshop-session.md in a real terminal, from `init` to the third exercise passed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { $ } from 'zx';
import { projectRoot } from '../shared/project-root.ts';
import { writeWhole } from '../shared/write-file.ts';

const program = (name: string): string => `exercises/${name}/program.ts`;

/** Commands, with the thought before them. */
const steps: readonly (readonly [thought: string, ...commands: string[]])[] = [
  ['A folder for the editor.', 'npm run lab -- workshop init ~/leaks', 'cd ~/leaks', 'npm run resume'],
  ['What does it do?', `cat -n ${program('01-create-api')} | sed -n 10,40p`],
  [
    'A server never closed? It is closed in `run`. So something else.',
    'npm run find -- 34',
    'npm run find -- 16',
  ],
  [
    'It keeps the process alive, so unref it.',
    `sed -i 's/(prune, DAY);/(prune, DAY).unref();/' ${program('01-create-api')}`,
    'npm run check',
  ],
  ['That was a wrong fix. What now?', 'npm run hint', 'npm run hint'],
  [
    'Stop it when the server closes.',
    `sed -i 's/DAY).unref();/DAY);/; s/^  return server;/  server.once("close", counter.stop);\\n&/' ${program('01-create-api')}`,
    'npm run check',
  ],
  ['Nothing moves on by itself.', 'npm run next', `cat -n ${program('02-pay')} | sed -n 8,40p`],
  ['The one that waits is the one that leaks.', 'npm run find -- 14'],
  [
    'The lock has to be given back on every way out.',
    `sed -i 's/^  await audit(.*/  try {\\n  &/; s/^  account.bal.*/  &/; s/^  unlock();/  } finally {\\n    unlock();\\n  }/' ${program('02-pay')}`,
    'npm run check',
  ],
  [
    'And the third.',
    'npm run next',
    `cat -n ${program('03-with-deadline')} | sed -n 3,17p`,
    'npm run find -- 10',
  ],
  [
    'The listener goes with the timer.',
    `sed -i 's/^    clearTimeout(timer);/&\\n    signal.removeEventListener("abort", stop);/' ${program('03-with-deadline')}`,
    'npm run check',
    'npm run list',
  ],
];

/** The longest wait for a prompt. */
const patienceMs = 300_000;
const prompt = '$ ';

const home = mkdtempSync(join(tmpdir(), 'leaklab-session-'));
// a separate server, so that your sessions stay untouched
const tmux = $({
  quiet: true,
  env: { ...process.env, HOME: home, TMUX: '', NO_COLOR: '1', npm_config_update_notifier: 'false' },
});
const socket = `leaklab-${process.pid}`;
let typed = 0;

try {
  await tmux`tmux -L ${socket} -f /dev/null new-session -d -x 80 -y 50 -c ${projectRoot} ${`env PS1='${prompt}' HISTFILE= sh`}`;
  await tmux`tmux -L ${socket} set-option -g history-limit 10000`;
  await idle();
  const parts: string[] = [];
  for (const [thought, ...commands] of steps) {
    const shown: string[] = [];
    for (const command of commands) shown.push(await type(command));
    parts.push(`${thought}\n\n\`\`\`text\n${shown.join('\n')}\n\`\`\``);
  }
  const text = `# A first session

Recorded in a terminal of 80 columns by \`npm run workshop:session\`; commands stand behind \`$\`. Edits are
written as \`sed\` to be seen here; a learner makes them in an editor, beside \`npm run watch\`.

${parts.join('\n\n')}
`;
  if (!/03-with-deadline: pass/.test(text)) throw new Error(`the third exercise did not pass:\n${text}`);
  writeWhole(join(projectRoot, 'docs', 'workshop-session.md'), text);
} finally {
  await tmux({ nothrow: true })`tmux -L ${socket} kill-server`;
  rmSync(home, { recursive: true, force: true });
}

/** Types a command, waits for the next prompt, and returns what the terminal shows. */
async function type(command: string): Promise<string> {
  await tmux`tmux -L ${socket} send-keys -l ${command}`;
  await tmux`tmux -L ${socket} send-keys Enter`;
  typed++;
  await idle();
  const screen = await capture();
  return screen
    .slice(screen.lastIndexOf(`${prompt}${command}`))
    .replace(/\n\$\s*$/, '')
    .trimEnd()
    .replaceAll(home, '~')
    .replaceAll(projectRoot, 'leaklab');
}

/** Waits for the prompt after the last command. */
async function idle(): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const screen = await capture();
    if ((screen.match(/^\$(?: |$)/gm)?.length ?? 0) > typed) return;
    if (performance.now() > end) throw new Error(`the prompt did not come back:\n${screen}`);
    await sleep(100);
  }
}

/** Returns all that the terminal has shown, with wrapped lines joined. */
async function capture(): Promise<string> {
  const { stdout } = await tmux`tmux -L ${socket} capture-pane -p -J -S -`;
  return stdout.replaceAll(/ +$/gm, '').trimEnd();
}
