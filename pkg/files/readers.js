/** @file How a value of each type is read, whether it is a cell's text or comes with a type; and what of it is doubtful. */

import { isAbsent, isNoValue, isPlain, trimmed } from './absent.js';
import { CellError, readAttribute, readBoolean, readData, readFlag, readJson, readList, readNumber, readWhole, shown } from './cells.js';
import { readId, unquoted } from './ids.js';
import { oddityOf, offsetInWords, readTime, timeOf, usualTime } from './moments.js';
import { LoadReport } from './report.js';

/** Settings for reading the values of one file, and the collector of doubts about them. */
export class FileReading {
  /** The row of a table's header, and whether there may be lines before it. */
  headerRow = 1;
  preamble = false;
  /** The row that is being read, for the examples of doubts. */
  row;
  /** The file's entry in the report; its records are counted here. */
  known;
  /** The one field that is wanted. @type {string | undefined} */
  only;

  /**
   * @param {{ file: string, sort?: string, report?: LoadReport, zone?: number, seconds?: boolean, serialDates?: boolean, listSeparators?: string, optional?: string[], as?: Record<string, string>, where?: Record<string, string>, met?: Set<string>, only?: string, allowUnknown?: boolean }} options
   *   As `readRecords` takes them; `where`: as `as`, for columns that need not be there;
   *   `met`: takes the names of all columns that were; `only`: the one field that is wanted.
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

  /** Counts a doubt about the file as a whole. */
  told = (kind, as, field, value) => this.report.doubt(this.file, kind, field, as).hit(value, this.row);

  /** The function that counts a doubt about one field at the row that is being read. */
  toldOf(field) {
    const doubts = new Map();
    return (kind, value) => {
      let doubt = doubts.get(kind);
      if (!doubt) doubts.set(kind, (doubt = this.report.doubt(this.file, kind, field)));
      doubt.hit(value, this.row);
    };
  }
}

/**
 * The function that reads the values under one heading. It answers `undefined` where there is no value.
 *
 * @param {import('./headings.js').Heading} heading
 * @param {FileReading} reading
 * @returns {(value: unknown) => any} Throws a CellError.
 */
export function readerOf({ name, type }, reading) {
  if (reading.only !== undefined && reading.only !== name) return () => undefined;
  const told = reading.toldOf(name);
  const read = TYPES[type](told, reading, name);
  return type === 'id' || type === 'own' || type === 'data' ? read : (value) => read(typeof value === 'string' && value.charCodeAt(0) === EQUALS ? bared(value, told) : value);
}

const EQUALS = '='.charCodeAt(0);

/** A cell freed of spreadsheet quoting, if it has any. */
function bared(value, told) {
  const inner = unquoted(value);
  if (inner === undefined) return value;
  told('quoted', value);
  return inner;
}

/** By type: the reader of one column. */
const TYPES = {
  id: idsOf,
  name: (told) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, told) : cut(value, told)) : typeof value === 'number' ? String(value) : value),
  text: (told) => (value) => {
    if (typeof value === 'string') return isAbsent(value) ? none(value, told) : cut(value, told);
    return typeof value === 'number' ? String(value) : value;
  },
  list: (told, reading) => (value) => listOf(value, { told, listSeparators: reading.listSeparators }, (entry) => (typeof entry === 'string' ? cut(entry, told) : typeof entry === 'number' ? String(entry) : entry)),
  ids: (told, reading, name) => {
    const entryOf = entriesOf(told, reading, name);
    return (value) => listOf(value, { told, listSeparators: reading.listSeparators }, entryOf);
  },
  members: (told, reading, name) => {
    const [entryOf, time] = [entriesOf(told, reading, name), timesOf(reading.toldOf('members.joinedAt'), reading, 'members.joinedAt')];
    const memberOf = (entry) => (isObject(entry) ? { ...entry, ...(entry.user !== undefined && { user: entryOf(entry.user) }), ...(entry.joinedAt !== undefined && { joinedAt: time(entry.joinedAt) }) } : entryOf(entry));
    return (value) => listOf(value, { told, listSeparators: reading.listSeparators }, memberOf);
  },
  audience: (told, reading, name) => {
    const entryOf = entriesOf(told, reading, name);
    const lists = (value) => Object.fromEntries(Object.entries(value).map(([name, list]) => [name, name === 'not' && isObject(list) ? lists(list) : listOf(list, { told, listSeparators: reading.listSeparators }, entryOf)]));
    return (value) => {
      const read = TYPES.json(told)(value);
      return isObject(read) ? lists(read) : read;
    };
  },
  json: (told) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, told) : readJson(value)) : value),
  number: (told) => typed(told, readNumber),
  whole: (told) => typed(told, readWhole),
  boolean: (told) => {
    const read = typed(told, readBoolean);
    return (value) => read(value === 1 || value === 0 ? String(value) : value);
  },
  // The outcome of a kind must be given.
  flag: () => (value) => (typeof value === 'string' ? readFlag(value) : flagOf(value)),
  time: timesOf,
  attribute: (told) => (value) => (typeof value === 'string' ? (isAbsent(value) ? none(value, told) : readAttribute(cut(value, told))) : value),
  data: (told) => (value) => (typeof value === 'string' ? (isAbsent(value) ? none(value, told) : readData(value)) : value),
  // A host's value is unchanged.
  own: (told) => (value) => (typeof value === 'string' && isAbsent(value) ? none(value, told) : value),
};

/** An absent value; reported if a word expresses it. */
function none(value, told) {
  if (trimmed(value) !== '') told('absent', value);
  return undefined;
}

function cut(text, told) {
  const inner = trimmed(text);
  if (inner !== text) told('trimmed', text);
  return inner;
}

const typed = (told, read) => (value) => (typeof value === 'string' ? (isNoValue(value) ? none(value, told) : read(value)) : Number.isNaN(value) ? undefined : value);

function idsOf(told, reading, name) {
  const lost = reading.report.doubt(reading.file, 'rounded', name);
  const doubted = (kind, text) => {
    if (kind === 'long' || kind === 'rounded') lost.total = (lost.total ?? 0) + 1;
    if (kind === 'rounded') lost.hit(text, reading.row);
    else if (kind !== 'long') told(kind, text);
  };
  return (value) => (typeof value === 'string' && isPlain(value) ? value : readId(value, doubted));
}

/** Ids in lists. The module refuses missing entries. */
function entriesOf(told, reading, name) {
  const read = idsOf(told, reading, name);
  return (entry) => (typeof entry === 'string' || typeof entry === 'number' ? (read(entry) ?? entry) : entry);
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf(value, { told, listSeparators }, entryOf) {
  const list = typeof value !== 'string' ? value : isNoValue(value) ? none(value, told) : readList(value, told, listSeparators);
  if (Array.isArray(list)) return list.map(entryOf);
  return list;
}

function timesOf(told, { file, zone, seconds, serialDates, report }, name) {
  const now = report.now;
  const assumed = report.doubt(file, 'zone', name, `UTC${offsetInWords(zone)}`);
  let text;
  const options = { zone, seconds, serialDates, zoneless: () => assumed.hit(text) };
  return (value) => {
    if (typeof value === 'string') {
      if (!seconds) {
        const usual = usualTime(value, now);
        if (usual) return usual;
      }
      if (isNoValue(value)) return none(value, told);
      text = value;
    }
    const time = typeof value === 'string' ? readTime(value, options) : timeOf(value, options);
    const odd = typeof time === 'number' ? oddityOf(time, value, now) : undefined;
    if (odd !== undefined) told(odd, value);
    return Number.isNaN(time) ? undefined : time;
  };
}

function flagOf(value) {
  if (value === true || value === false) return value;
  if (value === 0 || value === 1) return value === 1;
  throw new CellError('0 or 1', shown(value));
}
