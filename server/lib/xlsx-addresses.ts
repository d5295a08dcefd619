/** Rows and cells of a sheet, with a prefix where its namespace has one. */
const TAG = /<((?:\w+:)?)(row|c)((?:\s[^<>]*?)?)(\/?)>/g;
/** A cell without one: most sheets have none such, and are looked through once. */
const WITHOUT = /<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)/;
const ADDRESS = /\sr\s*=\s*["']([A-Z]*)(\d+)["']/;

/**
 * The same sheet with an address at every cell. ECMA-376 (18.3.1.4) lets a file leave them out: a cell without one stands
 * behind the one before it, a row without one below the one before it. Some exporters write none at all.
 */
export function withAddresses(sheet: string): string {
  if (!WITHOUT.test(sheet)) return sheet;
  let row = 0;
  let column = 0;
  return sheet.replace(TAG, (tag, prefix: string, name: 'row' | 'c', attributes: string, end: string) => {
    const [, letters = '', digits] = ADDRESS.exec(attributes) ?? [];
    if (name === 'row') {
      row = digits === undefined ? row + 1 : Number(digits);
      column = 0;
      return tag;
    }
    column = digits === undefined ? column + 1 : numberOf(letters);
    return digits === undefined ? `<${prefix}c r="${lettersOf(column)}${row}"${attributes}${end}>` : tag;
  });
}

/** `AB` is column 28. */
function numberOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function lettersOf(column: number): string {
  if (column === 0) return '';
  const last = (column - 1) % 26;
  return lettersOf((column - 1 - last) / 26) + String.fromCharCode(65 + last);
}
