/**
 * @file Requests as numbered lines of bytes, from a stream or for all subjects; cut into chunks, each answered by one
 *   thread.
 */

/** Maximum length of a line in bytes: a longer one is answered by an error without being held in memory. */
export const LONGEST_LINE = 1 << 24;
const NEWLINE = 10;
const RETURN = 13;
/** Number of ids converted to requests at once. */
const PIECE = 1024;

/**
 * Lines answered together.
 * @typedef {object} Chunk
 * @property {Uint8Array<ArrayBuffer>} bytes The lines, each with its newline.
 * @property {number} first Number of its first line in the whole input, from 1.
 * @property {number} step Difference of its lines' numbers: 1, or the number of shards.
 * @property {number} count Number of lines.
 * @property {number[]} tooLong Indices, from 0, of lines that were too long; they are empty in `bytes`.
 */

/**
 * The chunks of a stream of lines. What has come is never held back for more: a program may wait for its answer before it goes on.
 *
 * A blank line is a line like any other, except the last: files often end with one.
 *
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} input
 * @param {{ shard?: { at: number, of: number }, skip?: number, most: () => number }} options
 *   Of the lines only every `of`-th from the `at`-th on; of those not the first `skip`; at most so many in a chunk.
 * @returns {AsyncGenerator<Chunk>}
 */
export async function* chunks(input, { shard = { at: 1, of: 1 }, skip = 0, most }) {
  const cutter = new LineCutter();
  let gathered = new Gathering(shard.of);
  let [number, left, blank] = [0, skip, undefined];
  const take = (line) => {
    number += 1;
    if ((number - shard.at) % shard.of !== 0) return;
    if (left > 0) left -= 1;
    else gathered.add(line, number);
  };
  const taken = () => {
    const chunk = gathered.chunk();
    gathered = new Gathering(shard.of);
    return chunk;
  };
  for await (const piece of input) {
    for (const line of cutter.cut(piece)) {
      if (blank) take(blank);
      blank = isBlank(line) ? line : undefined;
      if (!blank) take(line);
      if (gathered.count >= most()) yield taken();
    }
    if (gathered.count) yield taken();
  }
  for (const line of cutter.end()) {
    if (blank) take(blank);
    if (!isBlank(line)) take(line);
  }
  if (gathered.count) yield taken();
}

const isBlank = (line) => line?.length === 0 || (line?.length === 1 && line[0] === RETURN);

/** Lines of the next chunk. */
class Gathering {
  count = 0;
  #step;
  #first;
  #lines = [];
  #bytes = 0;
  #tooLong = [];

  constructor(step) {
    this.#step = step;
  }

  add(line, number) {
    this.#first ??= number;
    if (line === undefined) this.#tooLong.push(this.count);
    else this.#lines.push([line, this.#bytes]);
    this.#bytes += (line?.length ?? 0) + 1;
    this.count += 1;
  }

  /** @returns {Chunk} With its own copy of the bytes, which may be transferred to another thread. */
  chunk() {
    const bytes = new Uint8Array(this.#bytes).fill(NEWLINE);
    for (const [line, at] of this.#lines) bytes.set(line, at);
    return { bytes, first: this.#first, step: this.#step, count: this.count, tooLong: this.#tooLong };
  }
}

/** Splits pieces of any size into lines without newline; `undefined` for one that is too long. */
class LineCutter {
  #parts = [];
  #length = 0;

  *cut(piece) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      this.#add(piece.subarray(from, end));
      yield this.#line();
      from = end + 1;
    }
    if (from < piece.length) this.#add(piece.subarray(from));
  }

  /** Bytes after the last newline. */
  *end() {
    if (this.#length) yield this.#line();
  }

  #add(bytes) {
    this.#length += bytes.length;
    if (this.#length <= LONGEST_LINE) this.#parts.push(bytes);
    else this.#parts = [];
  }

  #line() {
    const line = this.#length > LONGEST_LINE ? undefined : this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}

/**
 * Yields the same request for each id, as lines.
 *
 * @param {string[]} ids
 * @param {'user' | 'group'} field Field of the id in the request.
 * @param {object} request Other fields.
 * @returns {Generator<Uint8Array>}
 */
export function* requestsFor(ids, field, request) {
  for (let at = 0; at < ids.length; at += PIECE) {
    yield Buffer.from(ids.slice(at, at + PIECE).map((id) => `${JSON.stringify({ [field]: id, ...request })}\n`).join(''));
  }
}
