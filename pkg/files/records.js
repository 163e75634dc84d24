/** @file Converts rows and JSON objects to records: each value to its field, unknown columns to `data`. */

import { CellError, shown } from './cells.js';
import { headerOf, headingOf, placed } from './headings.js';
import { readerOf } from './readers.js';
import { SORTS } from './schema.js';

/** A problem without its place. @typedef {{ code: string, field?: string, rule: string, value?: string }} Problem */

/**
 * Returns the problem as a sentence: the rule, and the value found.
 * @param {string} rule
 * @param {string} value
 */
const sentence = (rule, value) => `expected ${rule}${value === '' ? '' : `, got ${value}`}`;

/** Error in a file, with its place: `items.csv row 17, field "publishedAt": expected …, got …`. */
export class FileError extends Error {
  /** @param {{ file: string, row?: number, field?: string, code?: string, rule?: string, value?: string, problem?: string, cause?: unknown }} place */
  constructor({ file, row, field, code = 'invalid', rule = '', value = '', problem = sentence(rule, value), cause }) {
    const where = [file + (row === undefined ? '' : ` row ${row}`), ...(field ? [`field "${field}"`] : [])].join(', ');
    super(`${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.name = 'FileError';
    this.file = file;
    this.row = row;
    this.field = field;
    this.code = code;
    this.rule = rule;
    this.value = value;
    this.problem = problem;
  }
}

/** A column and the reader of its values. @typedef {import('./headings.js').Heading & { direct?: string, read: (value: unknown) => any, doubt?: { hit: (value: unknown, row?: number) => void } }} Column */

/**
 * Resolves a header to the columns' fields.
 * @param {string[]} header
 * @param {import('./readers.js').FileReading} reading
 * @returns {(Column | undefined)[]} `undefined` for a column without a name.
 */
function columnsOf(header, reading) {
  const { file, as, wanted, optional, headerRow, preamble } = reading;
  const { needed } = rulesOf(reading);
  const { names } = headerOf(header);
  for (const name of Object.keys(wanted)) {
    if (names.includes(name)) continue;
    throw new FileError({ file, row: headerRow, field: name, code: 'column', rule: `a column "${name}", as requested`, value: `the columns ${names.join(', ')}` });
  }
  const fieldNames = new Set(names.map((name) => (Object.hasOwn(as, name) ? as[name] : name)));
  /** @type {(Column | undefined)[]} */
  const columns = names.map((name) => (name === '' ? undefined : columnOf(name, reading, (field) => fieldNames.has(field))));
  const fields = columns.map((column) => column?.path.join('.'));
  fields.forEach((field, i) => {
    const first = fields.indexOf(field);
    if (field === undefined || first === i) return;
    const [column, other] = /** @type {Column[]} */ ([columns[i], columns[first]]);
    throw column.renamed || other.renamed ? placed(column.name, `one column for it (--map names it)`, `"${names[first]}" and "${names[i]}"`) : placed(column.name, 'each column once', 'it twice');
  });
  for (const name of needed) {
    if (!columns.some((column) => column?.name === name) && !optional.includes(name)) {
      // A line of text before the header has no column that is known.
      const before = preamble && columns.every((column) => !column?.known) ? ' (--skip-lines, in code skipLines, leaves out lines before the header; --map names a column)' : '';
      throw placed(name, `a column "${name}"${before}`, `the columns ${names.join(', ')}`);
    }
  }
  return columns;
}

/** Returns the rules of the record type. @param {import('./readers.js').FileReading} reading */
const rulesOf = ({ sort }) => SORTS[/** @type {string} */ (sort)];

/**
 * @param {string} name
 * @param {import('./readers.js').FileReading} reading
 * @param {(name: string) => boolean} has
 * @returns {Column}
 */
function columnOf(name, reading, has) {
  const { file, as, allowUnknown, report } = reading;
  const sort = /** @type {string} */ (reading.sort);
  reading.met.add(name);
  const heading = headingOf(sort, name, { as, allowUnknown, has });
  if (heading.renamed) report.doubt(file, 'renamed', name, heading.name).hit();
  const { path } = heading;
  // Most fields are set by one column only.
  const direct = path.length === 1 && !heading.renamed && !Object.hasOwn(SORTS[sort].open, path[0]) && path[0] !== '__proto__' ? path[0] : undefined;
  return { ...heading, direct, read: readerOf(heading, reading), doubt: heading.unknown ? report.doubt(file, 'unknown', heading.name) : undefined };
}

/**
 * Makes the function that reads rows under a header: texts, as in CSV, or typed cells, as in Parquet and spreadsheets.
 *
 * @param {string[]} header
 * @param {import('./readers.js').FileReading} reading
 * @returns {(cells: unknown[]) => object} Throws a CellError with a `field`; a FileError for an invalid header.
 */
export function rowReader(header, reading) {
  const columns = columnsOf(header, reading);
  const widest = header.length;
  for (const column of columns) if (column === undefined) reading.note('unnamed');
  return (cells) => {
    if (cells.length !== widest) checkWidth(cells, widest);
    /** @type {Record<string, any>} */
    const record = {};
    for (let i = 0; i < widest; i++) {
      const column = columns[i];
      if (column === undefined) checkUnnamed(cells[i], i, reading);
      else if (cells[i] !== undefined && cells[i] !== null && (cells[i] !== '' || column.type === 'flag')) put(record, column, cells[i], reading);
    }
    return record;
  };
}

/**
 * Throws for a row of another width; empty cells after the last column are allowed, as spreadsheets write them.
 * @param {unknown[]} cells
 * @param {number} widest
 */
export function checkWidth(cells, widest) {
  if (cells.length < widest || cells.slice(widest).some((cell) => cell !== '' && cell !== null && cell !== undefined)) throw placed(undefined, `${widest} cells`, `${cells.length}`, 'cell');
}

/**
 * Throws for a value in a column without a name: an error of the header, not of the row.
 * @param {unknown} cell
 * @param {number} i
 * @param {{ file: string, headerRow: number }} reading
 */
export function checkUnnamed(cell, i, { file, headerRow }) {
  if (cell === '' || cell === null || cell === undefined) return;
  throw new FileError({ file, row: headerRow, code: 'column', rule: 'a name for every column', value: `none over column ${i + 1}` });
}

/**
 * @param {Record<string, any>} record
 * @param {Column} column
 * @param {unknown} value
 * @param {import('./readers.js').FileReading} reading
 */
function put(record, column, value, reading) {
  try {
    const read = column.read(value);
    if (read === undefined) return;
    if (column.direct !== undefined) {
      record[column.direct] = read;
      return;
    }
    column.doubt?.hit(value, reading.row);
    place(record, column.path, read);
  } catch (error) {
    if (error instanceof CellError) error.field ??= column.name;
    throw error;
  }
}

/**
 * Sets a value at its path in a record.
 * @param {Record<string, any>} record
 * @param {string[]} path
 * @param {unknown} value
 */
function place(record, path, value) {
  let at = record;
  for (let i = 0; i < path.length - 1; i++) at = inner(at, path[i]);
  const key = path[path.length - 1];
  if (Object.hasOwn(at, key)) throw new CellError('each field from one column', `"${path.join('.')}" from two`);
  set(at, key, value);
}

/**
 * @param {Record<string, any>} record
 * @param {string} key
 * @returns {Record<string, any>}
 */
function inner(record, key) {
  if (!Object.hasOwn(record, key)) set(record, key, {});
  const value = record[key];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CellError('an object, since other columns add to it', shown(value));
  return value;
}

/**
 * Sets a property, even one named `__proto__`.
 * @param {Record<string, any>} record
 * @param {string} key
 * @param {unknown} value
 */
function set(record, key, value) {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}

/**
 * Makes the function that reads objects of a JSON file: keys are read as a table's columns.
 *
 * @param {import('./readers.js').FileReading} reading
 * @returns {(given: unknown) => object} Throws a CellError with a `field`.
 */
export function objectReader(reading) {
  const { as } = reading;
  const { needed } = rulesOf(reading);
  /** @type {Map<string, Column>} */
  const columns = new Map();
  const none = () => false;
  /**
   * @param {string} name
   * @param {object} given
   */
  const columnAt = (name, given) => {
    // Each row may have other keys, so the cache of keys is bounded.
    if (columns.size > 1000) columns.clear();
    let column = columns.get(name);
    if (!column) columns.set(name, (column = columnOf(name, reading, none)));
    // A synonym in addition to the field is a column of the host.
    return column.renamed && Object.hasOwn(given, column.name) ? columnOf(name, reading, () => true) : column;
  };
  return (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) throw placed(undefined, 'an object', shown(given), 'cell');
    /** @type {Record<string, any>} */
    const record = {};
    // Keys with a dot add to the fields of other keys: they are applied after them.
    /** @type {[Column, unknown][] | undefined} */
    let dotted;
    for (const name of Object.keys(given)) {
      const value = /** @type {Record<string, unknown>} */ (given)[name];
      if (value === null || value === undefined) continue;
      const column = columnAt(name, given);
      if (column.name !== name && Object.hasOwn(as, name) && Object.hasOwn(given, column.name)) throw placed(column.name, `one of "${column.name}" and "${name}"`, 'both');
      if (column.path.length > 1) (dotted ??= []).push([column, value]);
      // The module refuses an empty value of a required field.
      else if (value === '' && needed.includes(column.name)) set(record, column.name, value);
      else put(record, column, value, reading);
    }
    if (dotted) for (const [column, value] of dotted) put(record, column, value, reading);
    return record;
  };
}
