/** @file Reads values of each type, from a cell's text or from a typed value, and reports doubts about them. */

import { isAbsent, isNoValue, isPlain, trimmed } from './absent.js';
import { CellError, readAttribute, readBoolean, readData, readFlag, readJson, readList, readNumber, readWhole, shown } from './cells.js';
import { readId, unquoted } from './ids.js';
import { oddityOf, offsetInWords, readTime, timeOf, usualTime } from './moments.js';
import { LoadReport } from './report.js';

/**
 * Reports a doubt about one field at the row that is being read.
 * @typedef {(kind: import('./index.js').DoubtKind, value?: unknown) => void} Note
 */

/** Reads a value; `undefined` if there is none. Throws a CellError. @typedef {(value: any) => any} Read */

/** Settings for reading the values of one file, and the collector of doubts about them. */
export class FileReading {
  /** Row of a table's header. */
  headerRow = 1;
  /** True if lines may precede the header. */
  preamble = false;
  /** Row that is being read, for the examples of doubts. @type {number | undefined} */
  row;
  /** The file's entry in the report, which counts its records. */
  known;
  /** The only field to read; all if `undefined`. @type {string | undefined} */
  only;

  /**
   * @param {{ file: string, sort?: string, report?: LoadReport, zone?: number, seconds?: boolean, serialDates?: boolean, listSeparators?: string, optional?: string[], as?: Record<string, string>, where?: Record<string, string>, met?: Set<string>, only?: string, allowUnknown?: boolean }} options
   *   As in `readRecords`; `where`: as `as`, for columns that may be absent; `met` receives the names of all columns;
   *   `only`: the only field to read.
   */
  constructor({ file, sort, report = new LoadReport(), zone = 0, seconds = false, serialDates = false, listSeparators = '|', optional = [], as = {}, where = {}, met = new Set(), only, allowUnknown = false }) {
    this.file = file;
    this.sort = sort;
    this.report = report;
    this.zone = zone;
    this.seconds = seconds;
    this.serialDates = serialDates;
    this.listSeparators = listSeparators;
    this.optional = optional;
    this.wanted = as;
    this.as = { ...where, ...as };
    this.met = met;
    this.only = only;
    this.allowUnknown = allowUnknown;
    this.known = report.file(file, sort);
  }

  /**
   * Counts a doubt about the file as a whole, or about a field.
   * @param {import('./index.js').DoubtKind} kind
   * @param {string} [as]
   * @param {string} [field]
   * @param {unknown} [value]
   */
  note = (kind, as, field, value) => this.report.doubt(this.file, kind, field, as).hit(value, this.row);

  /**
   * Returns a function that counts doubts about one field.
   * @param {string} field
   * @returns {Note}
   */
  noteOf(field) {
    /** @type {Map<string, { hit: (value: unknown, row?: number) => void }>} */
    const doubts = new Map();
    return (kind, value) => {
      let doubt = doubts.get(kind);
      if (!doubt) doubts.set(kind, (doubt = this.report.doubt(this.file, kind, field)));
      doubt.hit(value, this.row);
    };
  }
}

/**
 * Makes the function that reads the values of one column.
 *
 * @param {import('./headings.js').Heading} heading
 * @param {FileReading} reading
 * @returns {Read}
 */
export function readerOf({ name, type }, reading) {
  if (reading.only !== undefined && reading.only !== name) return () => undefined;
  const note = reading.noteOf(name);
  const read = TYPES[type](note, reading, name);
  return type === 'id' || type === 'own' || type === 'data' ? read : (value) => read(typeof value === 'string' && value.charCodeAt(0) === EQUALS ? bared(value, note) : value);
}

const EQUALS = '='.charCodeAt(0);

/**
 * Removes spreadsheet quoting from a cell, if it has any.
 * @param {string} value
 * @param {Note} note
 */
function bared(value, note) {
  const inner = unquoted(value);
  if (inner === undefined) return value;
  note('quoted', value);
  return inner;
}

/** Makes the reader of a column, by type. @type {Record<import('./schema.js').Type, (note: Note, reading: FileReading, name: string) => Read>} */
const TYPES = {
  id: idsOf,
  name: (note) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, note) : cut(value, note)) : typeof value === 'number' ? String(value) : value),
  text: (note) => (value) => {
    if (typeof value === 'string') return isAbsent(value) ? none(value, note) : cut(value, note);
    return typeof value === 'number' ? String(value) : value;
  },
  list: (note, reading) => (value) => listOf(value, { note, listSeparators: reading.listSeparators }, (entry) => (typeof entry === 'string' ? cut(entry, note) : typeof entry === 'number' ? String(entry) : entry)),
  ids: (note, reading, name) => {
    const entryOf = entriesOf(note, reading, name);
    return (value) => listOf(value, { note, listSeparators: reading.listSeparators }, entryOf);
  },
  members: (note, reading, name) => {
    const [entryOf, time] = [entriesOf(note, reading, name), timesOf(reading.noteOf('members.joinedAt'), reading, 'members.joinedAt')];
    /** @param {any} entry */
    const memberOf = (entry) => (isObject(entry) ? { ...entry, ...(entry.user !== undefined && { user: entryOf(entry.user) }), ...(entry.joinedAt !== undefined && { joinedAt: time(entry.joinedAt) }) } : entryOf(entry));
    return (value) => listOf(value, { note, listSeparators: reading.listSeparators }, memberOf);
  },
  audience: (note, reading, name) => {
    const entryOf = entriesOf(note, reading, name);
    /**
     * @param {Record<string, any>} value
     * @returns {Record<string, any>}
     */
    const lists = (value) => Object.fromEntries(Object.entries(value).map(([name, list]) => [name, name === 'not' && isObject(list) ? lists(list) : listOf(list, { note, listSeparators: reading.listSeparators }, entryOf)]));
    const parsed = TYPES.json(note, reading, name);
    return (value) => {
      const read = parsed(value);
      return isObject(read) ? lists(read) : read;
    };
  },
  json: (note) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, note) : readJson(value)) : value),
  number: (note) => typed(note, readNumber),
  whole: (note) => typed(note, readWhole),
  boolean: (note) => {
    const read = typed(note, readBoolean);
    return (value) => read(value === 1 || value === 0 ? String(value) : value);
  },
  // The outcome of a kind must be given.
  flag: () => (value) => (typeof value === 'string' ? readFlag(value) : flagOf(value)),
  time: timesOf,
  attribute: (note) => (value) => (typeof value === 'string' ? (isAbsent(value) ? none(value, note) : readAttribute(cut(value, note))) : value),
  data: (note) => (value) => (typeof value === 'string' ? (isAbsent(value) ? none(value, note) : readData(value)) : value),
  // A host's value is unchanged.
  own: (note) => (value) => (typeof value === 'string' && isAbsent(value) ? none(value, note) : value),
};

/**
 * Returns `undefined` for an absent value, and reports one that is expressed by a word.
 * @param {string} value
 * @param {Note} note
 * @returns {undefined}
 */
function none(value, note) {
  if (trimmed(value) !== '') note('absent', value);
  return undefined;
}

/**
 * Removes the padding around a text.
 * @param {string} text
 * @param {Note} note
 */
function cut(text, note) {
  const inner = trimmed(text);
  if (inner !== text) note('trimmed', text);
  return inner;
}

/**
 * @param {Note} note
 * @param {(cell: string) => unknown} read
 * @returns {Read}
 */
const typed = (note, read) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, note) : read(value)) : Number.isNaN(value) ? undefined : value);

/**
 * @param {Note} note
 * @param {FileReading} reading
 * @param {string} name
 * @returns {Read}
 */
function idsOf(note, reading, name) {
  const lost = reading.report.doubt(reading.file, 'rounded', name);
  /**
   * @param {import('./ids.js').IdDoubt} kind
   * @param {string} text
   */
  const doubted = (kind, text) => {
    if (kind === 'long' || kind === 'rounded') lost.total = (lost.total ?? 0) + 1;
    if (kind === 'rounded') lost.hit(text, reading.row);
    else if (kind !== 'long') note(kind, text);
  };
  return (value) => (typeof value === 'string' && isPlain(value) ? value : readId(value, doubted));
}

/**
 * Makes the reader of ids in lists. The module refuses missing entries.
 * @param {Note} note
 * @param {FileReading} reading
 * @param {string} name
 * @returns {(entry: any) => any}
 */
function entriesOf(note, reading, name) {
  const read = idsOf(note, reading, name);
  return (entry) => (typeof entry === 'string' || typeof entry === 'number' ? (read(entry) ?? entry) : entry);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param {any} value
 * @param {{ note: Note, listSeparators: string }} options
 * @param {(entry: any) => unknown} entryOf
 * @returns {any}
 */
function listOf(value, { note, listSeparators }, entryOf) {
  const list = typeof value !== 'string' ? value : isNoValue(value) ? none(value, note) : readList(value, note, listSeparators);
  if (Array.isArray(list)) return list.map(entryOf);
  return list;
}

/**
 * @param {Note} note
 * @param {FileReading} reading
 * @param {string} name
 * @returns {Read}
 */
function timesOf(note, { file, zone, seconds, serialDates, report }, name) {
  const now = report.now;
  const assumed = report.doubt(file, 'zone', name, `UTC${offsetInWords(zone)}`);
  /** @type {string | undefined} */
  let text;
  const options = { zone, seconds, serialDates, zoneless: () => assumed.hit(text) };
  return (value) => {
    if (typeof value === 'string') {
      if (!seconds) {
        const usual = usualTime(value, now);
        if (usual) return usual;
      }
      if (isNoValue(value)) return none(value, note);
      text = value;
    }
    const time = typeof value === 'string' ? readTime(value, options) : timeOf(value, options);
    const odd = typeof time === 'number' ? oddityOf(time, value, now) : undefined;
    if (odd !== undefined) note(odd, value);
    return Number.isNaN(time) ? undefined : time;
  };
}

/** @param {unknown} value */
function flagOf(value) {
  if (value === true || value === false) return value;
  if (value === 0 || value === 1) return value === 1;
  throw new CellError('0 or 1', shown(value));
}
