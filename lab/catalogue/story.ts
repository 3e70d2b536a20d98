import { UsageError } from '../shared/usage-error.ts';
import type { Role } from '../contract.ts';

/** The doc comment that a program opens with. */
export interface Story {
  /** The first paragraph, on one line. */
  readonly opening: string;
  /** Parts that begin with a bold heading, in their order; each text is one line. */
  readonly parts: readonly { readonly heading: string; readonly text: string }[];
}

/** Placeholder of a scaffold for text that you have to write. */
export const unwritten = '(to be written)';

const headings: Readonly<Record<Role, readonly string[]>> = {
  pattern: ['What leaks', 'Why it survives', 'How it shows up', 'How to fix', 'When this is not a leak'],
  fix: [],
  decoy: ['Looks like a leak', 'Is none because'],
  'wrong-fix': ['Still leaks because'],
};

const firstWords: Partial<Record<Role, string>> = { fix: 'Fixed: ', 'wrong-fix': 'Tried: ' };

/**
 * Reads the opening comment of a program.
 *
 * @param file only named in errors
 * @throws UsageError if the comment or one of the parts that its role needs is missing, empty or out of order, or
 *   if a wrong fix takes more than one sentence to say why it leaks
 */
export function parseStory(source: string, role: Role, file: string): Story {
  const comment = /^\/\*\*(.*?)\*\//s.exec(source)?.[1];
  if (comment === undefined) {
    throw new UsageError(`${file}: no doc comment`, `begin it with /** … */; a ${role} has ${shapeOf(role)}`);
  }
  const text = comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const [opening = '', ...rest] = text.split(/\*\*([^*]+)\*\*/).map((part) => part.trim());
  const parts = rest.flatMap((heading, index) =>
    index % 2 === 0 ? [{ heading, text: rest[index + 1] ?? '' }] : [],
  );
  const has = parts.map(({ heading }) => heading).join(', ');
  const word = firstWords[role] ?? '';
  if (!opening.startsWith(word) || opening.length === word.length || has !== headings[role].join(', ')) {
    throw new UsageError(
      `${file}: its doc comment begins ${JSON.stringify(opening.slice(0, 40))} and has the parts ${has || 'none'}`,
      `a ${role} has ${shapeOf(role)}`,
    );
  }
  if (opening.includes(unwritten))
    throw new UsageError(
      `${file}: its story is ${JSON.stringify(opening)}`,
      'write the story in one sentence',
    );
  const empty = parts.find((part) => part.text === '' || part.text.includes(unwritten));
  if (empty)
    throw new UsageError(`${file}: nothing is written under **${empty.heading}**`, 'write a sentence or two');
  const [reason] = role === 'wrong-fix' ? parts : [];
  if (reason && sentencesIn(reason.text) !== 1) {
    throw new UsageError(
      `${file}: **${reason.heading}** is ${sentencesIn(reason.text)} sentences`,
      'say why it still leaks in exactly one sentence, with a full stop',
    );
  }
  return { opening, parts };
}

/** Returns the text under a heading; empty if there is none. */
export function partOf(story: Story, heading: string): string {
  return story.parts.find((part) => part.heading === heading)?.text ?? '';
}

/** Returns the first sentence of a text without its full stop, or the whole text if it has no full stop. */
export function firstSentence(text: string): string {
  return /^.*?(?=\.(?:\s|$))/.exec(text)?.[0] ?? text;
}

function sentencesIn(text: string): number {
  return text.match(/[.!?](?=\s|$)/g)?.length ?? 0;
}

function shapeOf(role: Role): string {
  const word = firstWords[role];
  const opening = word === undefined ? 'its story in one sentence' : `a sentence \`${word}…\``;
  const rest = headings[role].map((heading) => `**${heading}**`).join(', ');
  return rest === '' ? opening : `${opening}, then ${rest}`;
}
