/** @file Converts rows of a host's own tables: renamed columns, kinds by other names, times in seconds. */

import { NextpickError } from '../error.js';
import { CellError } from '../files/cells.js';
import { FileReading } from '../files/readers.js';
import { FileError, rowReader } from '../files/records.js';
import { isObject, kindOf } from './fields.js';

/**
 * Makes a function that converts rows (objects by column, as `readRows` returns them) to records.
 *
 * @param {object} [options]
 * @param {'interactions' | 'items' | 'users' | 'groups' | 'channels'} [options.sort] Default `interactions`.
 * @param {Record<string, string>} [options.map] Column by field: `{ user: 'openid' }`.
 * @param {Record<string, string>} [options.kinds] Kind by the host's name: `{ '点击': 'click' }`.
 * @param {string} [options.kind] Kind of all rows, if the table has no column for it.
 * @param {boolean} [options.seconds] True if numbers in time fields are seconds. Default false.
 * @param {boolean} [options.allowUnknown] True to keep columns whose names differ from a field by a letter as the host's own. Default false.
 * @param {number} [options.zone] Offset of times without a zone, in minutes east of UTC. Default 0.
 * @param {import('../files/report.js').LoadReport} [options.report] Receives the doubts, under `file`.
 * @param {string} [options.file]
 * @returns {(row: object, number?: number) => object} Throws a NextpickError whose path is the column. `number` is the row number shown in examples.
 */
export function tableReader({ sort = 'interactions', map = {}, kinds, kind, file = 'row', ...options } = {}) {
  const fields = fieldsByColumn(map);
  const optional = kind === undefined ? [] : ['kind'];
  /** Readers by column names, as JSON. @type {Map<string, (row: Record<string, any>, number?: number) => any>} */
  const readers = new Map();
  /** @param {string[]} header */
  const readerOf = (header) => {
    const key = JSON.stringify(header);
    let reader = readers.get(key);
    if (!reader) {
      // Rows of JSON may each have other fields: the cache stays small.
      if (readers.size > 1000) readers.clear();
      const as = Object.fromEntries(Object.entries(fields).filter(([column]) => header.includes(column)));
      const reading = new FileReading({ ...options, file, sort, as, optional });
      const read = rowReader(header, reading);
      reader = (row, number) => {
        reading.row = number;
        return read(header.map((name) => row[name]));
      };
      readers.set(key, reader);
    }
    return reader;
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

/**
 * Returns the fields by column. A column read for two fields is refused.
 * @param {Readonly<Record<string, string>>} map
 * @returns {Record<string, string>}
 */
function fieldsByColumn(map) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [field, column] of Object.entries(map)) {
    if (Object.hasOwn(fields, column)) throw NextpickError.invalid(`map.${field}`, `a column of its own (${fields[column]} is read from it)`, column);
    fields[column] = field;
  }
  return fields;
}

/**
 * Sets the kind of an interaction: by its name in the table, or the kind of all rows.
 * @param {any} record
 * @param {{ sort: string, kinds?: Readonly<Record<string, string>>, kind?: string }} options
 */
export function withKind(record, { sort, kinds, kind }) {
  if (sort === 'interactions') record.kind = kindOf(kinds, record.kind ?? kind);
  return record;
}
