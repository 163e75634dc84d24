/**
 * @file Requests as numbered lines of bytes, from a stream or for all subjects; cut into chunks, each answered by one
 *   thread.
 */

/** Maximum length of a line in bytes: a longer one is answered by an error without being held in memory. */
const LONGEST_LINE = 1 << 24;
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
 * @property {{ place: number, error: Refusal }[]} refused Lines, by their index from 0, that are answered by an error; they are empty in `bytes`.
 */

/** Error that answers a request which was not read. @typedef {{ code: string, path: string, message: string }} Refusal */

/** @type {Refusal} */
const TOO_LONG = { code: 'limit', path: 'request', message: `expected a line of at most ${LONGEST_LINE} bytes` };

/**
 * Yields the chunks of a stream of lines. Received lines are never held back for more: a program may wait for its answer before it continues.
 *
 * A blank line is a line like any other, except the last: files often end with one.
 *
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} input
 * @param {Selection} selection
 * @returns {AsyncGenerator<Chunk>}
 */
export async function* chunks(input, selection) {
  const cutter = new LineCutter();
  const gathered = new Gathering(selection);
  let blank;
  for await (const piece of input) {
    for (const line of cutter.cut(piece)) {
      if (blank) gathered.take(blank);
      blank = isBlank(line) ? line : undefined;
      if (!blank) gathered.take(line);
      if (gathered.isFull) yield gathered.chunk();
    }
    if (gathered.count) yield gathered.chunk();
  }
  for (const line of cutter.end()) {
    if (blank) gathered.take(blank);
    if (!isBlank(line)) gathered.take(line);
  }
  if (gathered.count) yield gathered.chunk();
}

/** @param {Uint8Array | Refusal} line */
const isBlank = (line) => line instanceof Uint8Array && (line.length === 0 || (line.length === 1 && line[0] === RETURN));

/**
 * Requests to answer: every `of`-th from the `at`-th on, without the first `skip` of them; at most `most()` in a chunk.
 * @typedef {{ shard?: { at: number, of: number }, skip?: number, most: () => number }} Selection
 */

/** Lines of the next chunk. */
export class Gathering {
  count = 0;
  #shard;
  #skip;
  #most;
  #number = 0;
  /** @type {number | undefined} */
  #first;
  /** Lines, with their offsets. @type {[Uint8Array, number][]} */
  #lines = [];
  #bytes = 0;
  /** @type {Chunk['refused']} */
  #refused = [];

  /** @param {Selection} selection */
  constructor({ shard = { at: 1, of: 1 }, skip = 0, most }) {
    this.#shard = shard;
    this.#skip = skip;
    this.#most = most;
  }

  /**
   * Counts a line of the input, and adds it to the chunk if it is selected.
   * @param {Uint8Array | Refusal} line
   */
  take(line) {
    this.#number += 1;
    if ((this.#number - this.#shard.at) % this.#shard.of !== 0) return;
    if (this.#skip > 0) this.#skip -= 1;
    else this.#add(line);
  }

  /** @param {Uint8Array | Refusal} line */
  #add(line) {
    this.#first ??= this.#number;
    if (line instanceof Uint8Array) {
      this.#lines.push([line, this.#bytes]);
      this.#bytes += line.length;
    } else {
      this.#refused.push({ place: this.count, error: line });
    }
    this.#bytes += 1;
    this.count += 1;
  }

  get isFull() {
    return this.count >= this.#most();
  }

  /**
   * Returns the lines taken, and begins the next chunk.
   * @returns {Chunk} With its own copy of the bytes, which may be transferred to another thread.
   */
  chunk() {
    const bytes = new Uint8Array(this.#bytes).fill(NEWLINE);
    for (const [line, at] of this.#lines) bytes.set(line, at);
    const chunk = { bytes, first: this.#first ?? 0, step: this.#shard.of, count: this.count, refused: this.#refused };
    [this.count, this.#first, this.#bytes, this.#lines, this.#refused] = [0, undefined, 0, [], []];
    return chunk;
  }
}

/** Splits pieces of any size into lines without newline; a line that is too long becomes `TOO_LONG`. */
class LineCutter {
  /** @type {Uint8Array[]} */
  #parts = [];
  #length = 0;

  /** @param {Uint8Array} piece */
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

  /** @param {Uint8Array} bytes */
  #add(bytes) {
    this.#length += bytes.length;
    if (this.#length <= LONGEST_LINE) this.#parts.push(bytes);
    else this.#parts = [];
  }

  #line() {
    const line = this.#length > LONGEST_LINE ? TOO_LONG : this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
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
