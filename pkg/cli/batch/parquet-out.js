/** @file Decisions as Parquet, by `hyparquet-writer`, which hosts install to write such files. */

import { writerPackage } from './package.js';
import { COLUMNS, NAMES } from './rows.js';

/** Types as Parquet names them. @type {Record<string, object>} */
const TYPES = {
  count: { type: 'INT64' },
  rank: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
};

/** @type {any[]} */
const SCHEMA = [
  { name: 'root', num_children: NAMES.length },
  ...NAMES.map((name) => ({ name, ...TYPES[COLUMNS[name]], repetition_type: name === 'request' ? 'REQUIRED' : 'OPTIONAL' })),
];

/**
 * Whole numbers of 64 bits are bigints there.
 * @param {string} name
 * @param {unknown[]} values
 */
const converted = (name, values) => (TYPES[COLUMNS[name]] === TYPES.count || COLUMNS[name] === 'time' ? values.map((value) => (value === null ? null : BigInt(/** @type {number} */ (value)))) : values);

/** @returns {Promise<import('./table-out.js').TableEncoder>} */
export async function parquetEncoder() {
  const { ByteWriter, ParquetWriter } = await writerPackage('hyparquet-writer', () => import('hyparquet-writer'));
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: SCHEMA, createdBy: 'nextpick' });
  const taken = () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  };
  return {
    group(columns) {
      writer.write({ columnData: NAMES.map((name, i) => ({ name, data: converted(name, columns[i]) })), rowGroupSize: columns[0].length });
      return taken();
    },
    end() {
      writer.finish();
      return taken();
    },
  };
}
