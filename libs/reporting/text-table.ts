/** How many places a text takes on a terminal: combining marks take none of their own. */
export function widthOf(text: string): number {
  return [...text.normalize('NFC').replace(/[\p{Mn}\p{Me}\u200b]/gu, '')].length;
}

/** The text, cut to at most `longest` signs with an ellipsis. */
export function clip(text: string, longest: number): string {
  const signs = [...text.normalize('NFC')];
  return signs.length <= longest ? signs.join('') : `${signs.slice(0, longest - 1).join('')}…`;
}

/**
 * Rows of cells as aligned lines: a rule under the heads and one above the last row, which is the total. `leftColumns`
 * are aligned left, all others right. All rows must have the same number of cells.
 */
export function drawTable(heads: string[][], body: string[][], leftColumns: ReadonlySet<number>): string[] {
  const all = [...heads, ...body];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => widthOf(row[i]!))));
  const draw = (row: string[]): string =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(widths[i]! - widthOf(cell));
        return leftColumns.has(i) ? cell + space : space + cell;
      })
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, w) => sum + w + 2, -2));
  return [...heads.map(draw), rule, ...body.slice(0, -1).map(draw), rule, draw(body.at(-1)!)];
}

/** Whole numbers as the language writes them. Khmer text is given Latin digits with points, as on the province's portal. */
export function numberFormat(language: 'vi' | 'en' | 'km'): (value: number) => string {
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'vi-VN');
  return (value) => format.format(value);
}
