/** @file Bounds on reading a file, so that a wrong or hostile one cannot take all memory or time. */

/** The bounds and their defaults. Lengths of text are in characters (UTF-16 units). */
const DEFAULTS = {
  /** Bytes that a compressed file, or the pages of a Parquet or Arrow file, may unpack to: 2 GiB. */
  unpackedBytes: 2 ** 31,
  /** Length of one cell of a CSV, Parquet or Arrow file: 1 Mi. */
  cellLength: 2 ** 20,
  /** Length of one row of a CSV file or line of a JSONL file: 4 Mi. */
  rowLength: 2 ** 22,
  /** Length of a `.json`, or bytes that a `.xlsx` unpacks to, which are parsed in one piece: 128 Mi. */
  jsonLength: 2 ** 27,
  /** Seconds that reading the description, or one row group, of a Parquet or Arrow file may take. */
  seconds: 60,
};

/** @typedef {typeof DEFAULTS} Limits */

/** The names of the bounds. */
export const limitNames = Object.keys(DEFAULTS);

/**
 * Returns all bounds: given ones, else the defaults.
 * @param {Partial<Limits>} [given]
 * @returns {Limits}
 */
export function limitsOf(given = {}) {
  /** @type {Limits & Record<string, number>} */
  const limits = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(DEFAULTS, name)) throw new TypeError(`limits.${name}: expected one of ${limitNames.join(', ')}`);
    if (!(typeof value === 'number' && value > 0)) throw new TypeError(`limits.${name}: expected a number above 0, got ${value}`);
    limits[name] = value;
  }
  return limits;
}

/**
 * Advice on raising a bound, for the end of a message.
 * @param {string} name
 * @returns {string}
 */
export const raised = (name) => `(limits.${name} raises it; on the command line --limit ${name}=N)`;

/** @param {number} value */
const number = (value) => value.toLocaleString('en');

/** Rules of an exceeded bound, with its option. @satisfies {Record<string, (limits: Limits) => string>} */
export const RULES = {
  unpackedBytes: ({ unpackedBytes }) => `at most ${number(unpackedBytes)} bytes once unpacked ${raised('unpackedBytes')}`,
  cellLength: ({ cellLength }) => `a cell of at most ${number(cellLength)} characters ${raised('cellLength')}`,
  rowLength: ({ rowLength }) => `a row of at most ${number(rowLength)} characters ${raised('rowLength')}`,
  jsonLength: ({ jsonLength }) => `JSON of at most ${number(jsonLength)} characters in one piece; JSONL is read line by line ${raised('jsonLength')}`,
  sheet: ({ jsonLength }) => `a sheet of at most ${number(jsonLength)} bytes once unpacked, since it is parsed in one piece ${raised('jsonLength')}`,
  seconds: ({ seconds }) => `each row group of a table to be read within ${number(seconds)} s, which damaged files exceed ${raised('seconds')}`,
};
