/** @file Requests as the rows of a table, in any format that `nextpick/files` reads, as chunks of lines. */

import { Gathering } from './requests.js';

/**
 * The chunks of a table's requests. A row that cannot be read is answered in its place by an error that names file, row and column.
 *
 * @param {import('../load.js').Reading} reading
 * @param {string} path
 * @param {import('./requests.js').Selection} selection
 * @returns {AsyncGenerator<import('./requests.js').Chunk>}
 */
export async function* tableChunks(reading, path, selection) {
  /** Bad rows are reported before the batch around them. @type {import('../../files/records.js').FileError[]} */
  const bad = [];
  const gathered = new Gathering(selection);
  /** @param {number} row */
  function* badBefore(row) {
    while (bad.length && Number(bad[0].row) < row) yield refusalOf(/** @type {any} */ (bad.shift()));
  }
  /** @param {{ row: number, record: object }[]} batch */
  function* lines(batch) {
    for (const { row, record } of batch) {
      yield* badBefore(row);
      yield Buffer.from(JSON.stringify(record));
    }
  }
  /** @param {Iterable<Uint8Array | import('./requests.js').Refusal>} all */
  function* filled(all) {
    for (const line of all) {
      gathered.take(line);
      if (gathered.isFull) yield gathered.chunk();
    }
  }
  for await (const batch of reading.batches(path, 'requests', { onBadRow: (/** @type {import('../../files/records.js').FileError} */ error) => bad.push(error) })) yield* filled(lines(batch));
  yield* filled(badBefore(Infinity));
  if (gathered.count) yield gathered.chunk();
}

/**
 * @param {{ field?: string, message: string }} error
 * @returns {import('./requests.js').Refusal}
 */
const refusalOf = ({ field, message }) => ({ code: 'invalid', path: field ? `request.${field}` : 'request', message });
