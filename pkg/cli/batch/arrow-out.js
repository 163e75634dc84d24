/** @file Decisions as Arrow, by `apache-arrow`, which hosts install to write such files. */

import { writerPackage } from './package.js';
import { COLUMNS, NAMES } from './rows.js';

/**
 * @param {{ isStream: boolean }} options `isStream`: true for the stream format, for a pipe, false for the file format.
 * @returns {Promise<import('./table-out.js').TableEncoder>}
 */
export async function arrowEncoder({ isStream }) {
  const arrow = await writerPackage('apache-arrow', () => import('apache-arrow'));
  const { AsyncByteQueue, Field, Float64, Int32, Int64, RecordBatch, Schema, Struct, TimeUnit, Timestamp, Utf8, makeData, vectorFromArray } = arrow;
  const types = { count: new Int64(), rank: new Int32(), number: new Float64(), text: new Utf8(), time: new Timestamp(TimeUnit.MILLISECOND, 'UTC') };
  const schema = new Schema(NAMES.map((name) => new Field(name, types[COLUMNS[name]], name !== 'request')));
  /** @type {Uint8Array[]} */
  let pieces = [];
  class Pieces extends AsyncByteQueue {
    /** @param {Uint8Array} bytes */
    write(bytes) {
      pieces.push(/** @type {Uint8Array} */ (bytes).slice());
    }
  }
  const writer = isStream ? new arrow.RecordBatchStreamWriter({ autoDestroy: false }) : new arrow.RecordBatchFileWriter({ autoDestroy: false });
  // A table without a row has its description too.
  writer.reset(new Pieces(), schema);
  const taken = () => {
    const written = Buffer.concat(pieces);
    pieces = [];
    return written;
  };
  return {
    group(columns) {
      const children = NAMES.map((name, i) => vectorFromArray(COLUMNS[name] === 'count' ? columns[i].map((value) => BigInt(Number(value))) : columns[i], types[COLUMNS[name]]).data[0]);
      writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: columns[0].length, children })));
      return taken();
    },
    end() {
      writer.finish();
      return taken();
    },
  };
}
