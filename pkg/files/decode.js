/** @file Decodes the bytes of a file to text: unpacked, in its own encoding, with line feeds at the ends of lines. */

import { RULES } from './limits.js';
import { FileError } from './records.js';
import { blobOfBytes } from './slices.js';

/** Number of bytes examined to distinguish UTF-16 from other encodings. */
const HEAD = 512;
/** Number of characters examined to recognise Chinese text. */
const ENOUGH = 4;

/**
 * Yields the text of a source, piece by piece.
 *
 * UTF-8, with or without a byte order mark; UTF-16, by its mark or by the zero bytes in it; GB18030 (and so GBK), where the text is no UTF-8 and
 * nearly all of it would be common Chinese characters. Anything else is refused.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source
 * @param {{ gzip?: boolean, file: string, limits: import('./limits.js').Limits, encoding?: string, signal?: AbortSignal, onProgress?: (done: number, total?: number) => void, note?: (kind: 'encoding' | 'lineEnds', as?: string) => void }} options
 *   `encoding`: that of the text, if known; `onProgress` receives the number of bytes read; `note` receives an encoding other than UTF-8.
 */
export async function* textOf(source, { gzip = false, file, limits, encoding, signal, onProgress, note = () => {} }) {
  if (typeof source === 'string') {
    yield source.replace(/^\ufeff/, '');
    return;
  }
  /** @type {ReadableStream<any>} */
  let stream = source instanceof Uint8Array ? blobOfBytes(source).stream() : 'stream' in source ? source.stream() : source;
  if (onProgress) stream = stream.pipeThrough(counted(onProgress, source instanceof Uint8Array ? source.length : 'size' in source ? source.size : undefined));
  if (gzip) stream = stream.pipeThrough(new DecompressionStream('gzip'));
  const decoding = new Decoding(file, note, encoding);
  const reader = stream.getReader();
  let unpacked = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (gzip && value) unpacked += value.length;
      if (unpacked > limits.unpackedBytes) throw new FileError({ file, code: 'limit', rule: RULES.unpackedBytes(limits) });
      const text = decoding.push(value, done);
      if (text) yield text;
      if (done) return;
    }
  } catch (/** @type {any} */ error) {
    if (gzip && (/^Z_/.test(error?.code ?? '') || error instanceof TypeError)) throw new FileError({ file, code: 'damaged', rule: 'a whole gzip file', value: error.message, cause: error });
    throw error;
  } finally {
    // A reader that stops early closes the file.
    reader.cancel().catch(() => {});
  }
}

/**
 * Passes bytes on and counts them.
 * @param {(done: number, total?: number) => void} onProgress
 * @param {number | undefined} total
 */
function counted(onProgress, total) {
  let done = 0;
  return new TransformStream({
    transform(piece, controller) {
      done += piece.byteLength;
      onProgress(done, total);
      controller.enqueue(piece);
    },
  });
}

/** Decodes bytes to text, in the encoding that the first of them show. */
class Decoding {
  #file;
  #note;
  /** Encoding that the host gave. @type {string | undefined} */
  #given;
  /** Bytes read before the encoding is known. @type {Uint8Array | undefined} */
  #head = new Uint8Array();
  /** @type {TextDecoder} */
  #decoder = new TextDecoder();
  /** True while all decoded text is ASCII, and so the same in GB18030. */
  #plain = true;
  /** Trailing bytes of an incomplete character. @type {Uint8Array} */
  #open = new Uint8Array();
  /** Bytes that are not UTF-8 and too few to determine their encoding. @type {Uint8Array | undefined} */
  #held;

  /**
   * @param {string} file
   * @param {(kind: 'encoding', as: string) => void} note
   * @param {string | undefined} encoding
   */
  constructor(file, note, encoding) {
    this.#file = file;
    this.#note = note;
    this.#given = encoding;
  }

  push(/** @type {Uint8Array} */ bytes = new Uint8Array(), last = false) {
    if (this.#head) {
      this.#head = joined(this.#head, bytes);
      if (this.#head.length < HEAD && !last) return '';
      bytes = this.#head;
      this.#head = undefined;
      this.#begin(bytes);
    }
    if (this.#held) {
      bytes = joined(this.#held, bytes);
      this.#held = undefined;
    }
    try {
      const text = this.#decoder.decode(bytes, { stream: !last });
      if (this.#plain) this.#lookAt(text, bytes);
      return text;
    } catch (error) {
      const all = joined(this.#open, bytes);
      const { pairs, chinese } = pairsIn(all);
      if (!this.#plain || !chinese) throw this.#unreadable(error);
      if (pairs >= ENOUGH || last) return this.#inChinese(all, last);
      // Too few bytes to decide.
      this.#held = all;
      this.#open = new Uint8Array();
      return '';
    }
  }

  /** @param {Uint8Array} bytes */
  #begin(bytes) {
    const encoding = this.#given ?? utf16Of(bytes);
    this.#decoder = new TextDecoder(encoding ?? 'utf-8', { fatal: true });
    if (this.#given) this.#plain = false;
    if (!encoding || this.#given) return;
    this.#plain = false;
    this.#note('encoding', encoding.toUpperCase());
  }

  /**
   * @param {string} text
   * @param {Uint8Array} bytes
   */
  #lookAt(text, bytes) {
    const length = this.#open.length + bytes.length;
    if (text.length === length) this.#open = new Uint8Array();
    else if (length - text.length < 4 && !/[^\0-\x7f]/.test(text)) this.#open = joined(this.#open, bytes).slice(text.length);
    else this.#plain = false;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {boolean} last
   */
  #inChinese(bytes, last) {
    this.#plain = false;
    this.#decoder = new TextDecoder('gb18030', { fatal: true });
    this.#note('encoding', 'GB18030');
    try {
      return this.#decoder.decode(bytes, { stream: !last });
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** @param {unknown} cause */
  #unreadable(cause) {
    return new FileError({ file: this.#file, code: 'encoding', rule: 'UTF-8 text, or GBK or UTF-16 (spreadsheets: save as "CSV UTF-8")', cause });
  }
}

/**
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 * @returns {Uint8Array}
 */
function joined(before, after) {
  if (!before.length) return after;
  const all = new Uint8Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}

/**
 * Detects UTF-16 by its byte order mark, or by zero bytes at only even or only odd positions, which no other text has.
 * @param {Uint8Array} bytes
 */
function utf16Of(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const length = Math.min(bytes.length, HEAD);
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2] += 1;
  const [even, odd] = zeros;
  if (even + odd === 0 || even + odd < length / 8 || (even && odd)) return undefined;
  return odd ? 'utf-16le' : 'utf-16be';
}

/**
 * Counts the characters of more than one byte if the bytes are plausible GB18030, in which nearly all of them are common characters of GB 2312.
 * @param {Uint8Array} bytes
 */
function pairsIn(bytes) {
  let [common, pairs] = [0, 0];
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i];
    // 0x80 alone is the sign of the euro.
    if (lead <= 0x80) {
      i += 1;
      continue;
    }
    if (i + 1 === bytes.length) break;
    const trail = bytes[i + 1];
    if (lead === 0xff || trail < 0x30 || trail === 0x7f || trail === 0xff || (trail > 0x39 && trail < 0x40)) return { pairs, chinese: false };
    pairs += 1;
    if (lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1) common += 1;
    i += trail < 0x40 ? 4 : 2;
  }
  return { pairs, chinese: common >= pairs * 0.8 };
}

/**
 * Replaces carriage returns by line feeds if they alone end the lines, as old spreadsheets on a Mac write them.
 *
 * @param {AsyncIterable<string>} pieces
 * @param {(kind: 'lineEnds') => void} note
 */
export async function* withLineFeeds(pieces, note) {
  /** @type {boolean | undefined} */
  let alone;
  let held = '';
  for await (const piece of pieces) {
    let text = held + piece;
    held = '';
    if (alone === undefined && text.endsWith('\r')) {
      // A line feed may follow in the next piece.
      held = text;
      continue;
    }
    if (alone === undefined && /[\r\n]/.test(text)) alone = isAlone(text, note);
    yield alone ? text.replaceAll('\r', '\n') : text;
  }
  if (held) yield isAlone(held, note) ? held.replaceAll('\r', '\n') : held;
}

/**
 * @param {string} text
 * @param {(kind: 'lineEnds') => void} note
 */
function isAlone(text, note) {
  // A carriage return at the end of a piece may be the first half of CRLF.
  const alone = !text.includes('\n') && text.indexOf('\r') < text.length - 1;
  if (alone) note('lineEnds');
  return alone;
}
