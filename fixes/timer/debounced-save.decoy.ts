/**
 * An editor saves each draft half a minute after the last keystroke, and at once when it is closed.
 *
 * **Looks like a leak** Timers of thirty seconds are set from a callback, overwritten in a map at module level and never returned; no line clears the last of them by name.
 *
 * **Is none because** Each keystroke clears the timer it replaces, and closing goes through the whole map: every draft still planned is saved, and saving clears and forgets its timer.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const planned = new Map<string, { readonly timer: NodeJS.Timeout; readonly save: () => void }>();

function saveNow(draft: string): void {
  const plan = planned.get(draft);
  if (plan === undefined) return;
  planned.delete(draft);
  clearTimeout(plan.timer);
  plan.save();
}

function saveSoon(draft: string, save: () => void): void {
  clearTimeout(planned.get(draft)?.timer);
  const timer = setTimeout(saveNow, 30_000, draft);
  planned.set(draft, { timer, save });
}

function openEditor(disk: Map<string, string>): EventEmitter {
  const editor = new EventEmitter();
  const texts = new Map<string, string>();
  editor.on('key', (draft: string, key: string) => {
    const text = `${texts.get(draft) ?? ''}${key}`;
    texts.set(draft, text);
    saveSoon(draft, () => disk.set(draft, text));
  });
  editor.on('save', saveNow);
  editor.on('close', () => {
    for (const draft of texts.keys()) saveNow(draft);
  });
  return editor;
}

export async function run(): Promise<Outcome> {
  const disk = new Map<string, string>();
  const editor = openEditor(disk);

  for (const key of 'leak') editor.emit('key', 'title', key);
  editor.emit('save', 'title');
  for (const key of 's?') editor.emit('key', 'title', key);
  for (const key of 'text') editor.emit('key', 'body', key);
  const savedEarly = disk.get('title') ?? '';

  editor.emit('close');
  return { savedEarly, saved: Object.fromEntries(disk) };
}
