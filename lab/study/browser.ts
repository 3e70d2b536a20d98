/** The browser of the catalogue as a state and its lines; needs no terminal. */

/** A pair in the list. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly kinds: readonly string[];
  readonly stage: string;
}

/** A filter of the list; an empty one keeps everything. */
export interface Filter {
  readonly family: string;
  readonly kind: string;
  readonly stage: string;
  /** Words that id or title must have, in any order. */
  readonly search: string;
}

export const noFilter: Filter = { family: '', kind: '', stage: '', search: '' };

export interface BrowserState {
  readonly entries: readonly Entry[];
  readonly filter: Filter;
  /** The index of the entry at the cursor, among those that fit. */
  readonly index: number;
  /** True while keys are letters of the search. */
  readonly isTyping: boolean;
}

/** A key as `node:readline` reports it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

export type Act =
  { readonly act: 'stay' } | { readonly act: 'quit' } | { readonly act: 'open'; readonly id: string };

export function browse(entries: readonly Entry[], filter: Filter = noFilter): BrowserState {
  return { entries, filter, index: 0, isTyping: false };
}

export function matching({ entries, filter }: Pick<BrowserState, 'entries' | 'filter'>): readonly Entry[] {
  const words = filter.search.toLowerCase().split(/\s+/);
  return entries.filter(
    ({ id, title, family, kinds, stage }) =>
      (filter.family === '' || family === filter.family) &&
      (filter.kind === '' || kinds.includes(filter.kind)) &&
      (filter.stage === '' || stage === filter.stage) &&
      words.every((word) => `${id} ${title}`.toLowerCase().includes(word)),
  );
}

/** Returns the state after a key. */
export function press(state: BrowserState, key: Key, page: number): { state: BrowserState } & Act {
  const stay = (after: Partial<BrowserState>): { state: BrowserState } & Act => ({
    state: within({ ...state, ...after }),
    act: 'stay',
  });
  if (key.ctrl && (key.name === 'c' || key.name === 'd')) return { state, act: 'quit' };
  switch (key.name) {
    case 'up':
      return stay({ index: state.index - 1 });
    case 'down':
      return stay({ index: state.index + 1 });
    case 'pageup':
      return stay({ index: state.index - page });
    case 'pagedown':
      return stay({ index: state.index + page });
    case 'home':
      return stay({ index: 0 });
    case 'end':
      return stay({ index: Number.MAX_SAFE_INTEGER });
    case 'return':
    case 'enter': {
      const id = matching(state)[state.index]?.id;
      return id === undefined
        ? stay({ isTyping: false })
        : { state: { ...state, isTyping: false }, act: 'open', id };
    }
  }
  if (state.isTyping) return stay(typed(state, key));
  switch (key.sequence) {
    case 'q':
      return { state, act: 'quit' };
    case '/':
      return stay({ isTyping: true });
    case 'j':
      return stay({ index: state.index + 1 });
    case 'k':
      return stay({ index: state.index - 1 });
    case 'f':
      return stay(filtered(state, 'family', ({ family }) => [family]));
    case 'i':
      return stay(filtered(state, 'kind', ({ kinds }) => kinds));
    case 's':
      return stay(filtered(state, 'stage', ({ stage }) => [stage]));
    case 'x':
      return stay({ filter: noFilter, index: 0 });
    default:
      return stay({});
  }
}

function typed({ filter }: BrowserState, key: Key): Partial<BrowserState> {
  if (key.name === 'escape') return { isTyping: false };
  if (key.name === 'backspace')
    return { filter: { ...filter, search: filter.search.slice(0, -1) }, index: 0 };
  const text = key.sequence ?? '';
  // a control character is no letter
  if (key.ctrl || !/^[^\p{Cc}]+$/u.test(text)) return {};
  return { filter: { ...filter, search: filter.search + text }, index: 0 };
}

/** Filters by the next value, and after the last one by none. */
function filtered(
  { entries, filter }: BrowserState,
  name: 'family' | 'kind' | 'stage',
  valuesOf: (entry: Entry) => readonly string[],
): Partial<BrowserState> {
  const values = ['', ...new Set(entries.flatMap(valuesOf))];
  const next = values[(values.indexOf(filter[name]) + 1) % values.length] ?? '';
  return { filter: { ...filter, [name]: next }, index: 0 };
}

function within(state: BrowserState): BrowserState {
  const last = Math.max(0, matching(state).length - 1);
  return { ...state, index: Math.min(Math.max(0, state.index), last) };
}

/** Returns the lines of the browser, which fit the columns and rows of the terminal. */
export function browserLines(state: BrowserState, columns: number, rows: number): readonly string[] {
  const { filter, index, isTyping, entries } = state;
  const fitting = matching(state);
  const set = (['family', 'kind', 'stage'] as const).flatMap((name) =>
    filter[name] === '' ? [] : [`${name} ${filter[name]}`],
  );
  const search = filter.search === '' && !isTyping ? [] : [`search ${filter.search}${isTyping ? '_' : ''}`];
  const head = [`${fitting.length} of ${entries.length} pairs`, ...set, ...search].join(', ');
  const keys = isTyping
    ? 'type to search, enter opens, escape ends the search'
    : '↑↓ move, enter opens, / search, f family, i kind, s stage, x all, q quit';
  const room = pageOf(rows);
  const top = Math.min(Math.max(0, index - Math.floor(room / 2)), Math.max(0, fitting.length - room));
  const shown = fitting.slice(top, top + room);
  const width = Math.max(0, ...fitting.map(({ id }) => id.length));
  const lines = shown.map(
    ({ id, title }, at) => `${top + at === index ? '>' : ' '} ${id.padEnd(width)}  ${title}`,
  );
  return [head, '', ...(lines.length === 0 ? ['  nothing fits; x shows all'] : lines), '', keys].map((line) =>
    cut(line, columns),
  );
}

/** Returns the number of entries that fit on a terminal with these rows. */
export function pageOf(rows: number): number {
  return Math.max(1, rows - 5);
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
