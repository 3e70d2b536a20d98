import { html } from '../pages/html.ts';

/** The part of a token of markdown-it that is used here; markdown-it has no types. */
interface Token {
  readonly type: string;
  readonly content: string;
  readonly children: Token[] | null;
  attrSet(name: string, value: string): void;
  attrGet(name: string): string | null;
}
interface Parser {
  readonly core: {
    readonly ruler: { push(name: string, rule: (state: { readonly tokens: Token[] }) => void): void };
  };
  readonly options: { highlight?: ((code: string, language: string) => string) | null };
}

/** Extends the parser of Markdown for the styles of the site. */
export function extendMarkdown(parser: Parser): void {
  parser.core.ruler.push('cells-know-their-column', ({ tokens }) => labelCells(tokens));
  const { highlight } = parser.options;
  if (highlight)
    parser.options.highlight = (code, language) => withMarkedLines(highlight(code, language), language);
}

/** The number of columns beyond which a table scrolls. */
const mostColumns = 5;

/** Labels the cells of a table with their columns: on a narrow screen a row is a card. */
function labelCells(tokens: readonly Token[]): void {
  let heads: string[] = [];
  let column = 0;
  let table: Token | undefined;
  for (const [index, token] of tokens.entries()) {
    const text = tokens[index + 1]?.content ?? '';
    if (token.type === 'table_open') table = token;
    if (token.type === 'thead_open') heads = [];
    if (token.type === 'thead_close' && heads.length > mostColumns) {
      table?.attrSet('class', 'wide');
      // so that keys can scroll it
      table?.attrSet('tabindex', '0');
    }
    if (token.type === 'th_open') heads.push(text);
    if (token.type === 'tr_open') column = 0;
    if (token.type === 'td_open') {
      token.attrSet('data-label', (heads[column] ?? '').replaceAll('`', ''));
      column += 1;
    }
  }
}

/** Marks lines that leak, lines that fix, and lines that a report points at. */
function withMarkedLines(block: string, language: string): string {
  // so that keys can scroll it
  const focusable = block.replace('<pre>', '<pre tabindex="0">');
  return focusable.replace(/<code[^>]*>([\s\S]*?)<\/code>/, (whole, code: string) => {
    const open = whole.slice(0, whole.indexOf('>') + 1);
    // the highlighter ends a line with <br/>, and a text that it does not know with \n
    const lines = code.replace(/(?:<br\/>|\n)$/, '').split(/<br\/>|\n/);
    const marked = lines.map((line) => {
      const kind = kindOf(plain(line), language);
      return kind === undefined ? `${line}\n` : `<span class="line ${kind}">${line}\n</span>`;
    });
    return `${open}${marked.join('')}</code>`;
  });
}

function kindOf(line: string, language: string): string | undefined {
  if (language === 'diff') return line.startsWith('+') ? 'added' : line.startsWith('-') ? 'taken' : undefined;
  if (language === 'text') return /^ +&gt; +\d+ │/.test(line) ? 'leaks' : undefined;
  if (/\/\/ LEAK:/.test(line)) return 'leaks';
  if (/\/\/ FIX:/.test(line)) return 'fixes';
  return undefined;
}

function plain(line: string): string {
  return line.replaceAll(/<[^>]*>/g, '').replaceAll('&nbsp;', ' ');
}

/** Returns a whole file as a page shows it: each line with its number, which is its anchor. */
export function numberedLines(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return `<pre class="source" tabindex="0"><code>${lines
    .map((line, index) => {
      const kind = kindOf(line, 'ts');
      return `<span class="line${kind === undefined ? '' : ` ${kind}`}" id="L${index + 1}"><a href="#L${index + 1}">${index + 1}</a>${html(line)}\n</span>`;
    })
    .join('')}</code></pre>`;
}

/** Returns a report of the detector as pages show it. */
export function reportBlock(lines: readonly string[]): string {
  const code = lines.map((line) => `${html(line)}\n`).join('');
  return withMarkedLines(`<pre><code class="text">${code}</code></pre>`, 'text');
}

/**
 * Returns the words of a document that are searched: no targets of links, no numbers. The index (lunr 2.3.9) takes
 * one word for another where it has digits in a row, and a search that meets such a word throws.
 */
export function searchWords(markdown: string): string {
  return markdown
    .replaceAll(/\]\([^)]*\)|https?:\S+/g, ' ')
    .split(/[^\p{L}\d_]+/u)
    .filter((word) => word !== '' && !/\d\d|^\d|\d_|_\d/.test(word))
    .join(' ');
}
