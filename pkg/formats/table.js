/** @file A host's own tables: renamed columns, kinds in the host's words, times in seconds. */

import { NextpickError } from '../error.js';
import { CellError } from '../files/cells.js';
import { FileReading } from '../files/readers.js';
import { FileError, rowReader } from '../files/records.js';
import { isObject, kindOf } from './fields.js';

/**
 * The function that reads rows (objects by column, as `readRows` gives them) as our records.
 *
 * @param {object} [options]
 * @param {'interactions' | 'items' | 'users' | 'groups' | 'channels'} [options.sort] Default `interactions`.
 * @param {Record<string, string>} [options.map] Field → column: `{ user: 'openid' }`.
 * @param {Record<string, string>} [options.kinds] The host's word → kind: `{ '点击': 'click' }`.
 * @param {string} [options.kind] The kind of all rows of a table that has no column for it.
 * @param {boolean} [options.seconds] Numbers under times are seconds.
 * @param {boolean} [options.allowUnknown] Takes near misses of fields for fields of the host's own.
 * @param {number} [options.zone] Minutes that times without a zone are ahead of UTC. Default 0.
 * @param {import('../files/report.js').LoadReport} [options.report] Where doubts are collected, as of `file`.
 * @param {string} [options.file]
 * @returns {(row: object, number?: number) => object} Throws a NextpickError whose path is the column. `number`: the row that examples show.
 */
export function tableReader({ sort = 'interactions', map = {}, kinds, kind, file = 'row', ...options } = {}) {
  const fields = fieldsBy(map);
  const optional = kind === undefined ? [] : ['kind'];
  const readers = new Map();
  const readerOf = (header) => {
    const known = JSON.stringify(header);
    if (!readers.has(known)) {
      // Rows of JSON may each have other fields: the cache stays small.
      if (readers.size > 1000) readers.clear();
      const as = Object.fromEntries(Object.entries(fields).filter(([column]) => header.includes(column)));
      const reading = new FileReading({ ...options, file, sort, as, optional });
      const read = rowReader(header, reading);
      readers.set(known, (row, number) => {
        reading.row = number;
        return read(header.map((name) => row[name]));
      });
    }
    return readers.get(known);
  };
  return (row, number) => {
    if (!isObject(row)) throw NextpickError.invalid('row', 'an object', row);
    try {
      return withKind(readerOf(Object.keys(row))(row, number), { sort, kinds, kind });
    } catch (error) {
      if (error instanceof FileError) throw new NextpickError('invalid', `row: ${error.problem}`, { path: 'row', rule: error.rule, value: error.value });
      if (!(error instanceof CellError)) throw error;
      const field = error.field ?? 'row';
      const path = Object.hasOwn(map, field) ? map[field] : field;
      throw new NextpickError('invalid', `${path}: ${error.message}`, { path, rule: error.rule, value: error.found });
    }
  };
}

/** Inverts field → column. A column read for two fields is refused. */
function fieldsBy(map) {
  const fields = {};
  for (const [field, column] of Object.entries(map)) {
    if (Object.hasOwn(fields, column)) throw NextpickError.invalid(`map.${field}`, `a column of its own (${fields[column]} is read from it)`, column);
    fields[column] = field;
  }
  return fields;
}

/** Returns an interaction with the kind of its word, or the common kind. */
export function withKind(record, { sort, kinds, kind }) {
  if (sort === 'interactions') record.kind = kindOf(kinds, record.kind ?? kind);
  return record;
}
