/** @file Tables of a host's own: columns that are called something else, kinds in the host's words, times in seconds. */

import { NextpickError } from '../error.js';
import { CellError } from '../files/cells.js';
import { FileReading } from '../files/readers.js';
import { rowReader } from '../files/records.js';
import { isObject, kindOf } from './fields.js';

/**
 * The function that reads rows (objects by column, as `readRows` gives them) as our records.
 *
 * @param {object} [options]
 * @param {'interactions' | 'items' | 'users' | 'groups' | 'channels'} [options.sort] Default `interactions`.
 * @param {Record<string, string>} [options.map] Field → column: `{ user: 'openid' }`.
 * @param {Record<string, string>} [options.kinds] The host's word → kind: `{ '点击': 'click' }`.
 * @param {string} [options.kind] The kind of all rows of a table that has no column for it.
 * @param {boolean} [options.seconds] Whole numbers under times are seconds.
 * @returns {(row: object) => object} Throws a NextpickError whose path is the column.
 */
export function tableReader({ sort = 'interactions', map = {}, kinds, kind, seconds = false } = {}) {
  const readers = new Map();
  const readerOf = (header) => {
    const known = JSON.stringify(header);
    if (!readers.has(known)) {
      // Rows of JSON may each have other fields: what is remembered of them stays small.
      if (readers.size > 1000) readers.clear();
      const as = Object.fromEntries(Object.entries(map).filter(([, column]) => header.includes(column)).map(([field, column]) => [column, field]));
      const read = rowReader(header, new FileReading({ file: 'row', sort, as, seconds, optional: kind === undefined ? [] : ['kind'] }));
      readers.set(known, (row) => read(header.map((name) => row[name])));
    }
    return readers.get(known);
  };
  return (row) => {
    if (!isObject(row)) throw NextpickError.invalid('row', 'an object', row);
    try {
      const record = readerOf(Object.keys(row))(row);
      if (sort === 'interactions') record.kind = kindOf(kinds, record.kind ?? kind);
      return record;
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      const path = Object.hasOwn(map, error.field ?? '') ? map[error.field] : (error.field ?? 'row');
      throw new NextpickError('invalid', `${path}: ${error.message}`, { path, rule: error.rule, value: error.found });
    }
  };
}
