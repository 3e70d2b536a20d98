/**
 * What of a document is searched: its words, without the targets of links and without numbers. The index joins the
 * characters of a word with numbers of its own, and takes one word for another where the word has digits in a row; a
 * search that meets such a word throws (lunr 2.3.9).
 */
export function searchWords(markdown: string): string {
  return markdown
    .replaceAll(/\]\([^)]*\)|https?:\S+/g, ' ')
    .split(/[^\p{L}\d_]+/u)
    .filter((word) => word !== '' && !/\d\d|^\d|\d_|_\d/.test(word))
    .join(' ');
}
