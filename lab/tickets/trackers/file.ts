import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { messageOf } from '../../shared/error-message.ts';
import { hasParts, isRecord, textIn, type Fields } from '../../shared/record.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { joinText, splitText, toMarkdown } from '../text/markdown.ts';
import { textsIn } from './answers.ts';
import { commonLabel, handsOffLabel, type Change, type Draft, type Ticket, type Tracker } from './tracker.ts';

/** A folder with a Markdown file for each cause, named by its label. */
export class Files implements Tracker {
  readonly service = 'file';
  readonly project: string;
  readonly own = toMarkdown;
  readonly #folder: string;

  /** @param folder absolute, @param project as the user named it */
  constructor(folder: string, project: string) {
    this.#folder = folder;
    this.project = project;
  }

  async withLabel(label: string): Promise<Ticket[]> {
    const names = globSync('leaklab-*.md', { cwd: this.#folder }).toSorted();
    return names.map((name) => this.#read(name).ticket).filter(({ labels }) => labels.includes(label));
  }

  async newest(): Promise<number> {
    return 0;
  }

  async read(): Promise<undefined> {
    return undefined;
  }

  async refresh({ name }: Ticket): Promise<Ticket | undefined> {
    return existsSync(join(this.#folder, name)) ? this.#read(name).ticket : undefined;
  }

  async create({ label, filled, assignees }: Draft): Promise<Ticket> {
    const front = {
      title: filled.title,
      state: 'open',
      labels: [commonLabel, label],
      ...(assignees.length > 0 && { owners: assignees }),
    };
    const name = `${label}.md`;
    this.#write(name, front, joinText(toMarkdown(filled), ''));
    return this.#read(name).ticket;
  }

  async change({ name }: Ticket, { filled, state, labels }: Change): Promise<void> {
    const { front, text } = this.#read(name);
    const { notes } = splitText(text);
    const all = textsIn(front['labels']);
    const { closed: _, ...kept } = front;
    const changed = {
      ...(state === 'open' ? kept : front),
      ...(state && { state }),
      ...(state === 'closed' && { closed: new Date().toISOString() }),
      ...(labels && { labels: [...all.filter((each) => each !== labels.remove), labels.add] }),
    };
    this.#write(name, changed, filled ? joinText(toMarkdown(filled), notes) : text);
  }

  #write(name: string, front: Fields, text: string): void {
    writeWhole(join(this.#folder, name), `---\n${stringify(front, { lineWidth: 0 })}---\n\n${text}`);
  }

  #read(name: string): { readonly ticket: Ticket; readonly front: Fields; readonly text: string } {
    const file = join(this.#folder, name);
    const { front, text } = partsOf(readFileSync(file, 'utf8'), file);
    const labels = textsIn(front['labels']);
    const { own, notes } = splitText(text);
    const ticket = {
      number: 0,
      name,
      labels,
      isOpen: front['state'] === 'open',
      isHandsOff: labels.includes(handsOffLabel),
      own,
      notes,
      ...(hasParts(front, ['closed']) && { closed: textIn(front, 'closed') }),
    };
    return { ticket, front, text };
  }
}

/** @throws UsageError for a file without front matter, or with a state that is unknown */
function partsOf(content: string, file: string): { readonly front: Fields; readonly text: string } {
  const [, yaml, text = ''] = /^\uFEFF?---\r?\n(.*?)\r?\n---\r?\n(.*)$/s.exec(content) ?? [];
  const front = yaml === undefined ? undefined : frontOf(yaml, file);
  if (!isRecord(front)) {
    throw new UsageError(
      `${file}: no front matter between two lines \`---\``,
      'restore the file, or delete it',
    );
  }
  const { state } = front;
  if (state !== 'open' && state !== 'closed') {
    throw new UsageError(
      `${file}: expected state open or closed, got ${JSON.stringify(state)}`,
      'state: open',
    );
  }
  return { front, text };
}

function frontOf(yaml: string, file: string): unknown {
  try {
    return parse(yaml) as unknown;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error).split('\n')[0]}`, 'restore the file, or delete it');
  }
}
