/**
 * @file CSV as RFC 4180 has it, read piece by piece: quotes, doubled quotes, line breaks inside quotes, CRLF or LF. Cells may also be separated
 * by semicolons or tabs, which the header shows.
 *
 * Rows carry the line on which they begin (1 is the header's), the number that an editor shows.
 */

import { RULES, limitsOf } from './limits.js';

/**
 * One row: its cells, or its error.
 * @typedef {{ row: number, cells?: string[], problem?: import('./records.js').Problem }} CsvRow
 */

/**
 * A row that was read: its cells or its error, the position after it, and its number of lines.
 * @typedef {{ cells?: string[], problem?: import('./records.js').Problem, to: number, lines: number }} ReadRow
 */

/** Receives text in chunks of any size and returns the complete rows. */
export class CsvReader {
  #text = '';
  #line = 1;
  #started = false;
  /** True while the input belongs to a row that was too long, until its line ends. */
  #skipping = false;
  #limits;
  #skipLines;
  #knows;
  /** @type {string | undefined} */
  #givenSeparator;
  /** Separator of cells: `,`, `;`, `|` or a tab. Known from the first row on. @type {string | undefined} */
  separator;

  /**
   * @param {import('./limits.js').Limits} [limits] A quoted cell longer than `cellLength` was most likely never closed.
   * @param {{ skipLines?: number, separator?: string, knows?: (name: string) => boolean }} [options] `skipLines`: lines before the header that are no
   * rows; `separator`: separator of cells, if known; `knows` returns true for the name of an expected column, by which
   * the separator is found.
   */
  constructor(limits = limitsOf(), { skipLines = 0, separator = undefined, knows = () => false } = {}) {
    this.#limits = limits;
    this.#givenSeparator = separator;
    this.#skipLines = skipLines;
    this.#knows = knows;
  }

  /**
   * @param {string} piece
   * @returns {CsvRow[]}
   */
  push(piece) {
    this.#text += piece;
    if (!this.#started && this.#text) {
      this.#started = true;
      if (this.#text.charCodeAt(0) === 0xfeff) this.#text = this.#text.slice(1);
    }
    return this.#rows(false);
  }

  /** Returns the rows that are complete only at the end of the file. */
  end() {
    return this.#rows(true);
  }

  /**
   * @param {boolean} atEnd
   * @returns {CsvRow[]}
   */
  #rows(atEnd) {
    /** @type {CsvRow[]} */
    const rows = [];
    let from = this.#skipped();
    while (from < this.#text.length) {
      if (this.#skipLines || !this.separator) {
        const end = this.#text.indexOf('\n', from);
        if (end < 0 && !atEnd) break;
        const line = this.#text.slice(from, end < 0 ? this.#text.length : end);
        if (this.#isBefore(line)) {
          this.#line += 1;
          from += line.length + 1;
          continue;
        }
      }
      const next = this.#row(from, atEnd);
      if (!next) break;
      // An empty line is no row.
      if (next.problem || !next.cells || next.cells.length > 1 || next.cells[0] !== '') {
        rows.push(next.problem ? { row: this.#line, problem: next.problem } : { row: this.#line, cells: next.cells });
      }
      this.#line += next.lines;
      from = next.to;
    }
    this.#text = this.#text.slice(from);
    if (this.#text.length > this.#limits.rowLength) {
      rows.push({ row: this.#line, problem: { code: 'limit', rule: RULES.rowLength(this.#limits) } });
      this.#skipping = true;
    }
    return rows;
  }

  /**
   * True for a line before the header; the header's line determines the separator.
   * @param {string} line
   */
  #isBefore(line) {
    if (this.#skipLines) {
      this.#skipLines -= 1;
      return true;
    }
    if (line.trim() === '') return true;
    // Spreadsheets write the separator in a separate line.
    const [, declared] = /^sep=(.)\r?$/.exec(line) ?? [];
    this.separator = this.#givenSeparator ?? declared ?? separatorOf(line, this.#knows);
    return declared !== undefined;
  }

  /** Returns the position after the line of a row that was too long. */
  #skipped() {
    if (!this.#skipping) return 0;
    const end = this.#text.indexOf('\n');
    if (end < 0) return this.#text.length;
    this.#skipping = false;
    this.#line += 1;
    return end + 1;
  }

  /**
   * Reads the row that begins at `from`; `undefined` until its end has been received.
   * @param {number} from
   * @param {boolean} atEnd
   * @returns {ReadRow | undefined}
   */
  #row(from, atEnd) {
    const text = this.#text;
    let end = text.indexOf('\n', from);
    if (end < 0) {
      if (!atEnd) return undefined;
      end = text.length;
    }
    const line = text.slice(from, text.charCodeAt(end - 1) === 13 && end > from ? end - 1 : end);
    // Most lines have no quote and are split in one go.
    const row = line.includes('"') ? this.#quotedRow(from, end, atEnd) : { cells: line.split(/** @type {string} */ (this.separator)), to: end + 1, lines: 1 };
    return row && this.#bounded(row, from);
  }

  /**
   * Returns the row, or the error that it or one of its cells is too long.
   * @param {ReadRow} row
   * @param {number} from
   * @returns {ReadRow}
   */
  #bounded(row, from) {
    const { rowLength, cellLength } = this.#limits;
    const length = row.to - from;
    if (length <= cellLength || !row.cells) return row;
    const broken = length > rowLength ? 'rowLength' : row.cells.some((cell) => cell.length > cellLength) && 'cellLength';
    return broken ? { problem: { code: 'limit', rule: RULES[broken](this.#limits) }, to: row.to, lines: row.lines } : row;
  }

  /**
   * @param {number} from
   * @param {number} firstEnd
   * @param {boolean} atEnd
   * @returns {ReadRow | undefined}
   */
  #quotedRow(from, firstEnd, atEnd) {
    const text = this.#text;
    const { separator } = this;
    // After an invalid row, reading continues at the next line, so that an open quote does not consume the rest of the file.
    /** @param {string} rule */
    const bad = (rule) => ({ problem: { code: 'quote', rule }, to: firstEnd + 1, lines: 1 });
    const cells = [];
    let at = from;
    let lines = 1;
    for (;;) {
      if (text[at] === '"') {
        const cell = this.#quotedCell(at);
        if (!cell) {
          if (!atEnd && text.length - at <= this.#limits.cellLength) return undefined;
          return bad('a quoted cell that is closed');
        }
        cells.push(cell.value);
        lines += cell.breaks;
        at = cell.to;
      } else {
        let to = at;
        while (to < text.length && text[to] !== separator && text[to] !== '\n') to++;
        const trimmed = text[to] !== separator && text[to - 1] === '\r' && to > at ? to - 1 : to;
        cells.push(text.slice(at, trimmed));
        at = to;
      }
      if (at >= text.length && !atEnd) return undefined;
      if (text[at] === separator) at++;
      else if (at >= text.length || text[at] === '\n') return { cells, to: at + 1, lines };
      else if (text[at] === '\r' && (text[at + 1] === '\n' || (atEnd && at + 1 === text.length))) return { cells, to: at + 2, lines };
      else if (text[at] === '\r' && at + 1 === text.length) return undefined;
      else return bad('a comma or the end of the line after a closing quote');
    }
  }

  /**
   * Reads the cell whose opening quote stands at `at`; `undefined` if the text so far does not close it.
   * @param {number} at
   */
  #quotedCell(at) {
    const text = this.#text;
    let value = '';
    let from = at + 1;
    for (;;) {
      const quote = text.indexOf('"', from);
      if (quote < 0) return undefined;
      value += text.slice(from, quote);
      if (text[quote + 1] !== '"') return { value, to: quote + 1, breaks: value.split('\n').length - 1 };
      value += '"';
      from = quote + 2;
    }
  }
}

/**
 * Returns the separator under which most columns of a header have expected names; of equal ones the most frequent, then
 * the comma.
 * @param {string} line
 * @param {(name: string) => boolean} knows
 */
function separatorOf(line, knows) {
  const bare = line.replace(/"[^"]*(?:""[^"]*)*"/g, '""');
  const scored = [',', ';', '\t', '|'].map((separator) => {
    const names = line.replace(/\r$/, '').split(separator);
    return { separator, known: names.filter((name) => knows(name.replace(/^"(.*)"$/s, '$1'))).length, count: bare.split(separator).length };
  });
  return scored.sort((a, b) => b.known - a.known || b.count - a.count)[0].separator;
}

/**
 * Formats one row, quoted only where needed.
 * @param {readonly unknown[]} cells
 */
export function csvLine(cells) {
  return cells.map((cell) => quoted(cell === undefined || cell === null ? '' : String(cell))).join(',');
}

/** @param {string} cell */
function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
