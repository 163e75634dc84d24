/** @file From rows and JSON objects to the contract's records: which field each value belongs to, and `data` for unknown columns. */

import { CellError, shown } from './cells.js';
import { headerOf, headingOf, placed } from './headings.js';
import { readerOf } from './readers.js';
import { SORTS } from './schema.js';

/** A problem without its place. @typedef {{ code: string, field?: string, rule: string, value?: string }} Problem */

/** Returns the problem as a sentence: the rule, and the value found. */
const sentence = (rule, value) => `expected ${rule}${value === '' ? '' : `, got ${value}`}`;

/** A mistake in a file, named with its place: `items.csv row 17, field "publishedAt": expected …, got …`. */
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
 * Reads a header: which field stands over every column.
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
    throw new FileError({ file, row: headerRow, field: name, code: 'column', rule: `a column "${name}", as asked for`, value: `the columns ${names.join(', ')}` });
  }
  const told = new Set(names.map((name) => (Object.hasOwn(as, name) ? as[name] : name)));
  /** @type {(Column | undefined)[]} */
  const columns = names.map((name) => (name === '' ? undefined : columnOf(name, reading, (field) => told.has(field))));
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

/** The rules of the sort of record that is read. @param {import('./readers.js').FileReading} reading */
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
  return { ...heading, direct, read: readerOf(heading, reading), doubt: heading.unknown && report.doubt(file, 'unknown', heading.name) };
}

/**
 * The function that reads each row under a header: texts as a CSV has them, or cells with types as Parquet and spreadsheets have them.
 *
 * @param {string[]} header
 * @param {import('./readers.js').FileReading} reading
 * @returns {(cells: unknown[]) => object} Throws a CellError with a `field`; a FileError where the header is at fault.
 */
export function rowReader(header, reading) {
  const columns = columnsOf(header, reading);
  const widest = header.length;
  for (const column of columns) if (column === undefined) reading.told('unnamed');
  return (cells) => {
    if (cells.length !== widest) checkWidth(cells, widest);
    const record = {};
    for (let i = 0; i < widest; i++) {
      const column = columns[i];
      if (column === undefined) checkUnnamed(cells[i], i, reading);
      else if (cells[i] !== undefined && cells[i] !== null && (cells[i] !== '' || column.type === 'flag')) put(record, column, cells[i], reading);
    }
    return record;
  };
}

/** Rows may be longer than the header by cells that are empty, as spreadsheets write them. */
export function checkWidth(cells, widest) {
  if (cells.length < widest || cells.slice(widest).some((cell) => cell !== '' && cell !== null && cell !== undefined)) throw placed(undefined, `${widest} cells`, `${cells.length}`, 'cell');
}

/** A column without a name that holds something is a mistake in the header, and no row's. */
export function checkUnnamed(cell, i, { file, headerRow }) {
  if (cell === '' || cell === null || cell === undefined) return;
  throw new FileError({ file, row: headerRow, code: 'column', rule: 'a name for every column', value: `none over column ${i + 1}` });
}

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

/** Puts a value at its place in a record. */
function place(record, path, value) {
  let at = record;
  for (let i = 0; i < path.length - 1; i++) at = inner(at, path[i]);
  const key = path[path.length - 1];
  if (Object.hasOwn(at, key)) throw new CellError('each field from one column', `"${path.join('.')}" from two`);
  set(at, key, value);
}

function inner(record, key) {
  if (!Object.hasOwn(record, key)) set(record, key, {});
  const value = record[key];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CellError('an object, since other columns add to it', shown(value));
  return value;
}

/** Sets a property, even one named `__proto__`. */
function set(record, key, value) {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}

/**
 * The function that reads each object of a JSON file: its keys as a table's columns.
 *
 * @param {import('./readers.js').FileReading} reading
 * @returns {(given: unknown) => object} Throws a CellError with a `field`.
 */
export function objectReader(reading) {
  const { as } = reading;
  const { needed } = rulesOf(reading);
  const columns = new Map();
  const none = () => false;
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
    const record = {};
    // Keys with a dot add to what others make: they come after them.
    let dotted;
    for (const name of Object.keys(given)) {
      const value = given[name];
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
