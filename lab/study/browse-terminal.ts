import { emitKeypressEvents } from 'node:readline';
import { browserLines, pageOf, press, type BrowserState, type Key } from './browser.ts';

const clear = '\x1b[2J\x1b[H';

/**
 * Shows the browser on the terminal until you quit.
 *
 * @param open shows a pair; its output stays until the next key
 */
export async function browseOnTerminal(
  start: BrowserState,
  open: (id: string) => Promise<void>,
): Promise<void> {
  const { stdin, stdout } = process;
  let state = start;
  const quit = Promise.withResolvers<void>();
  /** The mode: `list`, `busy` while a pair runs, `page` until a key brings the list back. */
  let mode: 'list' | 'busy' | 'page' = 'list';
  const draw = (): void => {
    if (mode === 'list') stdout.write(clear + browserLines(state, stdout.columns, stdout.rows).join('\n'));
  };
  const show = async (id: string): Promise<void> => {
    mode = 'busy';
    stdout.write(clear);
    await open(id);
    stdout.write('\nany key goes back to the list\n');
    mode = 'page';
  };
  const take = (_text: string | undefined, key: Key): void => {
    if (key.ctrl && key.name === 'c') return quit.resolve();
    if (mode === 'busy') return;
    if (mode === 'page') {
      mode = 'list';
      return draw();
    }
    const pressed = press(state, key, pageOf(stdout.rows));
    ({ state } = pressed);
    if (pressed.act === 'quit') quit.resolve();
    else if (pressed.act === 'open') show(pressed.id).catch(quit.reject);
    else draw();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true).resume().on('keypress', take);
  stdout.on('resize', draw);
  try {
    draw();
    await quit.promise;
  } finally {
    stdin.off('keypress', take).setRawMode(false).pause();
    stdout.off('resize', draw);
    stdout.write('\n');
  }
}
