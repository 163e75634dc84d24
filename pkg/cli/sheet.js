// @ts-check
/** @file Rows of CSV as they are written for others: a spreadsheet must not take a cell for a formula, and Excel must see that it is UTF-8. */

import { csvLine } from '../files/csv.js';
import { UsageError } from './options.js';

/** The options of every command that writes CSV. */
export const sheetOptions = {
  'raw-cells': { type: 'flag', about: 'CSV: write cells that begin like a formula (= + - @, tab, line end) as they are, without the \' that keeps a spreadsheet from running them' },
  bom: { type: 'flag', about: 'CSV: begin with a byte order mark, by which Excel knows UTF-8' },
};

/** By what cells begin that a spreadsheet computes instead of showing; of the signs the wide ones too, as Chinese and Japanese keyboards give them. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * How rows become lines, without their ends. Numbers are numbers and stay as they are.
 * @param {{ rawCells?: boolean }} options
 * @returns {(cells: readonly unknown[]) => string}
 */
export function sheetLine({ rawCells = false }) {
  const safe = (cell) => (typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell);
  return rawCells ? csvLine : (cells) => csvLine(cells.map(safe));
}

/** What a file of rows begins with. */
export const sheetStart = ({ bom = false }) => (bom ? '\ufeff' : '');

/** Refuses these options where no CSV is written. */
export function checkSheet({ rawCells, bom }, isSheet, what) {
  const given = rawCells ? '--raw-cells' : bom ? '--bom' : undefined;
  if (given && !isSheet) throw new UsageError(`${given} goes with CSV, got ${what}`);
}
