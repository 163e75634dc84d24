/** @file Finds where an interrupted file of answers can be continued. */

const [NEWLINE, QUOTE, COMMA] = [10, 34, 44];
const PIECE = 1 << 20;

/**
 * Finds the start of the last request with a complete line in the file, and the bytes from there.
 *
 * That request is repeated: in CSV its last row may be missing, and an identical answer shows that state and requests
 * are those of the first run. A file without a complete line is continued from its start.
 *
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {'jsonl' | 'csv'} format
 * @returns {Promise<{ done: number, at: number, tail: Buffer }>} `done` requests are complete before byte `at`; `tail`
 *   is the rest.
 */
export async function resumePoint(handle, format) {
  const { done, at } = await (format === 'csv' ? lastOfCsv : lastOfLines)(pieces(handle));
  const { size } = await handle.stat();
  const tail = Buffer.alloc(size - at);
  await handle.read(tail, 0, tail.length, at);
  return { done, at, tail };
}

/**
 * Each answer is one line.
 * @param {AsyncIterable<Buffer>} input
 */
async function lastOfLines(input) {
  let [lines, start, end, offset] = [0, 0, 0, 0];
  for await (const piece of input) {
    for (let found = piece.indexOf(NEWLINE); found >= 0; found = piece.indexOf(NEWLINE, found + 1)) {
      lines += 1;
      [start, end] = [end, offset + found + 1];
    }
    offset += piece.length;
  }
  return { done: Math.max(0, lines - 1), at: start };
}

/**
 * An answer is the rows with the same number; the header has none. Quotes come in pairs, so newlines inside quotes are
 * recognised.
 * @param {AsyncIterable<Buffer>} input
 */
async function lastOfCsv(input) {
  let [requests, start] = [0, 0];
  /** @type {string | undefined} */
  let current;
  let [row, cell, inCell, quoted, offset] = [0, '', true, false, 0];
  for await (const piece of input) {
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i];
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === NEWLINE && !quoted) {
        if (cell !== current) [requests, start, current] = [requests + 1, row, cell];
        [row, cell, inCell] = [offset + i + 1, '', true];
      } else if (byte === COMMA) inCell = false;
      else if (inCell) cell += String.fromCharCode(byte);
    }
    offset += piece.length;
  }
  // The first "request" is the header.
  return requests < 2 ? { done: 0, at: 0 } : { done: requests - 2, at: start };
}

/** @param {import('node:fs/promises').FileHandle} handle */
async function* pieces(handle) {
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, PIECE, at);
    if (!bytesRead) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}
