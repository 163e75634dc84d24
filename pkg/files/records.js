/** @file From rows and JSON objects to the contract's records: the type of every field, and `data` for what is the host's own. */

import { CellError, readAttribute, readBoolean, readData, readFlag, readJson, readList, readNumber, readText, readTime, readWhole, shown, timeOf } from './cells.js';

/** A mistake in a file, named with its place: `items.csv row 17, field "publishedAt": expected …, got …`. */
export class FileError extends Error {
  /** @param {{ file: string, row?: number, field?: string, problem: string, cause?: unknown }} place */
  constructor({ file, row, field, problem, cause }) {
    const where = [file + (row === undefined ? '' : ` row ${row}`), ...(field ? [`field "${field}"`] : [])].join(', ');
    super(`${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.name = 'FileError';
    this.file = file;
    this.row = row;
    this.field = field;
    this.problem = problem;
  }
}

const AUDIENCE = Object.fromEntries(
  ['tiers', 'users', 'groups', 'channels', 'purposes', 'tags'].flatMap((list) => [
    [`audience.${list}`, readList],
    [`audience.not.${list}`, readList],
  ]),
);

/**
 * Per sort of record: how a cell under each column is read, the columns with a free part (`attributes.city`), what must be there,
 * and whether the contract has a `data` for the rest.
 */
const SORTS = {
  items: {
    fields: {
      id: readText, title: readText, text: readText, tags: readList, facets: readJson, category: readText, format: readText,
      source: readText, lang: readText, stage: readText, play: readText, role: readText, durationMs: readNumber, products: readList, value: readNumber,
      publishedAt: readTime, startsAt: readTime, expiresAt: readTime, audience: readJson, caps: readJson, pinned: readBoolean,
      hidden: readBoolean, data: readData, ...AUDIENCE,
    },
    open: { facets: readList, data: readText },
    needed: ['id'],
    keeps: true,
  },
  users: {
    fields: { id: readText, tags: readList, attributes: readJson, joinedAt: readTime, personalised: readBoolean, data: readData },
    open: { attributes: readAttribute, data: readText },
    needed: ['id'],
    keeps: true,
  },
  groups: {
    fields: {
      id: readText, members: readList, tags: readList, attributes: readJson, purpose: readText, channel: readText,
      aggregation: readText, data: readData,
    },
    open: { attributes: readAttribute, data: readText },
    needed: ['id'],
    keeps: true,
  },
  channels: {
    fields: { id: readText, tags: readList, attributes: readJson },
    open: { attributes: readAttribute },
    needed: ['id'],
    keeps: false,
  },
  interactions: {
    fields: {
      id: readText, user: readText, group: readText, item: readText, kind: readText, at: readTime, value: readNumber,
      decision: readText, channel: readText, position: readWhole, target: readText, context: readJson, data: readData,
    },
    open: { context: readAttribute, data: readText },
    needed: ['kind', 'at'],
    keeps: true,
  },
  // Lines of `evaluate cases`.
  cases: {
    fields: { user: readText, group: readText, relevant: readList, candidates: readList },
    open: {},
    needed: ['relevant', 'candidates'],
    keeps: false,
  },
  // Rows of `evaluate impressions`: every further column is a kind, 0 or 1.
  impressions: {
    fields: { at: readTime, user: readText, group: readText, item: readText, channel: readText },
    open: {},
    needed: ['at', 'item'],
    rest: readFlag,
  },
};

/** The sorts of records that files can hold. */
export const sorts = Object.keys(SORTS);

/**
 * Reads a header: where the cells of every column go and how they are read.
 *
 * @param {string} sort
 * @param {string[]} header
 * @param {{ optional?: string[], as?: Record<string, string> }} options Needed columns that may be absent after all (`at` in timeless
 *   logs); and columns that are to be read as fields of another name.
 */
function columnsOf(sort, header, { optional = [], as = {} }) {
  const rules = SORTS[sort];
  const names = header.map((name) => renamed(name.trim(), as));
  for (const name of Object.keys(as)) {
    if (!header.some((own) => own.trim() === name)) throw placed(name, `a column "${name}", as asked for`, `the columns ${header.join(', ')}`);
  }
  names.forEach((name, i) => {
    if (name === '') throw placed(undefined, 'a name for every column', `none over column ${i + 1}`);
    if (names.indexOf(name) !== i) throw placed(name, 'each column once', 'it twice');
  });
  for (const name of rules.needed) {
    if (!names.includes(name) && !optional.includes(name)) throw placed(name, `a column "${name}"`, `the columns ${names.join(', ')}`);
  }
  return names.map((name) => columnOf(sort, rules, name));
}

/**
 * The function that reads each row of text under a header.
 *
 * @param {string} sort
 * @param {string[]} header
 * @param {{ optional?: string[], as?: Record<string, string> }} [options]
 * @returns {(cells: string[]) => object} Throws a CellError with a `field`.
 */
export function rowReader(sort, header, options = {}) {
  const columns = columnsOf(sort, header, options);
  return (cells) => {
    if (cells.length !== columns.length) throw placed(undefined, `${columns.length} cells`, `${cells.length}`);
    const record = {};
    for (let i = 0; i < columns.length; i++) {
      // An empty cell is an absent field; but whether a kind happened must be said.
      if (cells[i] !== '' || columns[i].read === readFlag) put(record, columns[i], cells[i]);
    }
    return record;
  };
}

/**
 * The function that reads each row of a table whose cells have types: texts as a CSV's cells, all else as JSON has it.
 *
 * @param {string} sort
 * @param {string[]} header
 * @param {{ optional?: string[], as?: Record<string, string> }} [options]
 * @returns {(row: Record<string, unknown>) => object} Throws a CellError with a `field`.
 */
export function typedReader(sort, header, options = {}) {
  const { fields } = SORTS[sort];
  const columns = columnsOf(sort, header, options).map(({ name, path, read }) => {
    const known = Object.hasOwn(fields, name);
    return { name, path, read: (cell) => typedValue(read, cell, known) };
  });
  return (row) => {
    const record = {};
    for (let i = 0; i < columns.length; i++) {
      const value = row[header[i]];
      if (value !== undefined && value !== null && value !== '') put(record, columns[i], value);
    }
    return record;
  };
}

/** A typed cell: a text is read as a CSV's would be, and ids are texts also where a table counts them. */
function typedValue(read, value, known) {
  if (read === readFlag && typeof value !== 'string') return jsonFlag(value);
  if (read === readText) return known && typeof value === 'number' ? String(value) : value;
  if (read === readTime && typeof value === 'number') return timeOf(value);
  if (read === readBoolean && typeof value === 'number') return readBoolean(String(value));
  return typeof value === 'string' ? read(value) : value;
}

const renamed = (name, as) => (Object.hasOwn(as, name) ? as[name] : name);

/** Where a column's cells go and how they are read. */
function columnOf(sort, rules, name) {
  const dot = name.indexOf('.');
  const [root, rest] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ''];
  if (Object.hasOwn(rules.fields, name)) return { name, path: name.startsWith('audience.') ? name.split('.') : [name], read: rules.fields[name] };
  if (rest && Object.hasOwn(rules.open, root)) return { name, path: [root, rest], read: rules.open[root] };
  if (rules.rest) return { name, path: [name], read: rules.rest };
  if (rules.keeps) return { name, path: ['data', name], read: readText };
  throw placed(name, knownOf(sort, rules), 'a column of your own');
}

function knownOf(sort, rules) {
  const free = Object.keys(rules.open).map((root) => `${root}.…`);
  return `one of the columns ${[...Object.keys(rules.fields), ...free].join(', ')}`;
}

function put(record, { name, path, read }, cell) {
  let at = record;
  try {
    for (let i = 0; i < path.length - 1; i++) at = inner(at, path[i]);
    const key = path[path.length - 1];
    if (Object.hasOwn(at, key)) throw new CellError('each field from one column', `"${path.join('.')}" from two`);
    set(at, key, read(cell));
  } catch (error) {
    if (error instanceof CellError) error.field ??= name;
    throw error;
  }
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
 * A record of a JSON file as the contract has it: ISO dates become milliseconds, dotted and unknown fields go where a table's would.
 *
 * @param {string} sort
 * @param {unknown} given
 * @param {Record<string, string>} [as] Fields that are to be read under another name.
 */
export function readObject(sort, given, as = {}) {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw placed(undefined, 'an object', shown(given));
  const rules = SORTS[sort];
  const record = {};
  const own = [];
  for (const [told, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const name = renamed(told, as);
    if (name !== told && Object.hasOwn(given, name)) throw placed(name, `one of "${name}" and "${told}"`, 'both');
    if (Object.hasOwn(rules.fields, name) && !name.includes('.')) set(record, name, jsonValue(rules.fields[name], name, value));
    else own.push([name, value]);
  }
  for (const [name, value] of own) {
    const { path } = columnOf(sort, rules, name);
    put(record, { name, path, read: () => (rules.rest ? jsonFlag(value) : value) }, value);
  }
  return record;
}

function jsonValue(read, name, value) {
  if (read !== readTime) return value;
  try {
    return typeof value === 'string' ? readTime(value) : timeOf(value);
  } catch (error) {
    error.field = name;
    throw error;
  }
}

function jsonFlag(value) {
  if (value === true || value === false) return value;
  if (value === 0 || value === 1) return value === 1;
  throw new CellError('0 or 1', shown(value));
}

function placed(field, rule, found) {
  const error = new CellError(rule, found);
  error.field = field;
  return error;
}
