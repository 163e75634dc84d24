/** @file CSV for spreadsheets: cells must not be read as formulas, and Excel must detect UTF-8. */

import { csvLine } from '../files/csv.js';
import { UsageError } from './options.js';

/** Options of every command that writes CSV. @type {Record<string, import('./options.js').Option>} */
export const sheetOptions = {
  'raw-cells': { type: 'flag', about: 'CSV: write cells that begin like a formula (= + - @, tab, line end) as they are, without the \' that keeps a spreadsheet from running them' },
  bom: { type: 'flag', about: 'CSV: begin with a byte order mark, by which Excel detects UTF-8' },
};

/**
 * First characters of cells that a spreadsheet computes, including full-width ones of Chinese and Japanese keyboards.
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Makes the function that formats rows, without line ends. Numbers are not escaped.
 * @param {{ rawCells?: boolean }} options
 * @returns {(cells: readonly unknown[]) => string}
 */
export function sheetLine({ rawCells = false }) {
  /** @param {unknown} cell */
  const safe = (cell) => (typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell);
  return rawCells ? csvLine : (cells) => csvLine(cells.map(safe));
}

/** Returns the start of a CSV file. */
export const sheetStart = ({ bom = false }) => (bom ? '\ufeff' : '');

/**
 * Refuses these options where no CSV is written.
 * @param {{ rawCells?: boolean, bom?: boolean }} options
 * @param {boolean} isSheet
 * @param {string} format
 */
export function checkSheet({ rawCells, bom }, isSheet, format) {
  const given = rawCells ? '--raw-cells' : bom ? '--bom' : undefined;
  if (given && !isSheet) throw new UsageError(`${given} goes with CSV, got ${format}`);
}
