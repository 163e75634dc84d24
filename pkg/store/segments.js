/**
 * @file Lines of the log, and the files that contain them.
 *
 * A line is JSON: `{"crc":"89abcdef","seq":12,"synced":9,"lock":3,"observe":{…}}`. The checksum covers everything after
 * it, seeded with the mark of the log in the file's name, so that lines of another log are not accepted. `synced` is
 * the number of the last entry on disk when the line was written: a power cut may leave holes of any shape in a write,
 * but only after that point. So a bad line followed by a valid line that was written later is damage; a bad line
 * without one may be a torn write. `lock` is the number of the writer's lock: a line with a lower number than an
 * earlier line was written by a process that had lost the lock, and is skipped. `"gone":5` instead of an entry represents
 * five removed entries.
 */

import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { NextpickError } from '../error.js';

const CHUNK = 1 << 18;
const HEAD = '{"crc":"00000000",'.length;
const FIELDS = /^"seq":(\d+),"synced":(\d+)(?:,"lock":(\d+))?(?:,"gone":(\d+))?/;

/** @param {number} number */
const hex = (number) => number.toString(16).padStart(8, '0');
/**
 * @param {Uint8Array | string} bytes
 * @returns {string}
 */
export const checksum = (bytes) => hex(crc32(bytes));
/**
 * Returns the checksum of bytes, continued from the checksum `before`.
 * @param {Uint8Array | string} bytes
 * @param {string} before
 * @returns {string}
 */
export const checksumOn = (bytes, before) => hex(crc32(bytes, parseInt(before, 16)));
export const NO_BYTES = '00000000';

/**
 * Prepends the checksum to the text of a line: `{"crc":"…",` and the rest of an object.
 * @param {string} rest
 * @param {string} [mark]
 */
export const seal = (rest, mark = NO_BYTES) => `{"crc":"${checksumOn(rest, mark)}",${rest}`;

/**
 * True if the checksum of {@link seal} matches.
 * @param {Buffer} bytes
 * @param {string} [mark]
 * @returns {boolean}
 */
export const isSealed = (bytes, mark = NO_BYTES) =>
  bytes.length > HEAD && bytes.toString('latin1', 0, HEAD) === `{"crc":"${checksumOn(bytes.subarray(HEAD), mark)}",`;

/**
 * Returns the line of an entry.
 * @param {string} name Segment that will contain the line.
 * @param {import('./index.js').Entry | { gone: number }} entry
 * @param {import('./folder.js').LineHead} head
 */
export function lineOf(name, entry, { seq, synced, lock }) {
  return `${seal(`"seq":${seq},"synced":${synced},"lock":${lock},${JSON.stringify(entry).slice(1)}`, markOf(name))}\n`;
}

/**
 * Converts a valid line of another segment to this one.
 * @param {string} name
 * @param {Buffer} bytes
 */
export const reseal = (name, bytes) => Buffer.from(`${seal(bytes.toString('utf8', HEAD), markOf(name))}\n`);

/**
 * Parses the head of a line; `undefined` if it was altered. `last` is the number of the last entry that the line
 * represents.
 * @param {string} name
 * @param {Buffer} bytes
 * @returns {import('./folder.js').Line | undefined}
 */
export function parseLine(name, bytes) {
  if (!isSealed(bytes, markOf(name))) return undefined;
  const [, seq, synced, lock = 0, gone] = FIELDS.exec(bytes.toString('latin1', HEAD, HEAD + 100)) ?? [];
  if (seq === undefined) return undefined;
  return { seq: Number(seq), synced: Number(synced), lock: Number(lock), last: Number(seq) + Number(gone ?? 1) - 1, isGone: gone !== undefined };
}

/**
 * Returns the entry of a valid line.
 * @param {Buffer} bytes
 * @returns {any}
 */
export function parseEntry(bytes) {
  const { crc, seq, synced, lock, ...entry } = JSON.parse(bytes.toString());
  return entry;
}

/**
 * @param {number} number
 * @param {number} count
 */
const digits = (number, count) => String(number).padStart(count, '0');
/**
 * `mark` distinguishes this log's files from those of another; rewriting a file raises its revision.
 * @param {import('./folder.js').LogName & { revision?: number }} log
 * @param {number} first
 */
export const segmentName = ({ generation, mark, revision = 1 }, first) =>
  `log-${digits(generation, 4)}-${digits(first, 12)}${mark && `-${mark}`}${revision > 1 ? `.r${revision}` : ''}.jsonl`;
/**
 * @param {import('./folder.js').LogName} log
 * @param {number} seq
 * @param {string} crc
 */
export const snapshotName = ({ generation, mark }, seq, crc) => `snapshot-${digits(generation, 4)}-${digits(seq, 12)}-${mark}-${crc}.bin`;

const SEGMENT = /^log-(\d+)-(\d+)(?:-([0-9a-f]{8}))?(?:\.r(\d+))?\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d+)-(\d+)(?:-([0-9a-f]{8}))?-([0-9a-f]{8})\.bin$/;

/**
 * Returns the mark in a segment's name; the previous layout has none, and seeds checksums with zero.
 * @param {string} name
 */
const markOf = (name) => SEGMENT.exec(name)?.[3] ?? NO_BYTES;

/**
 * Returns the segments and snapshots among the names of a folder, each in order; `seq` is a segment's first entry and a
 * snapshot's last. Files of the previous layout have an empty mark.
 * @param {string[]} names
 * @returns {{ segments: import('./folder.js').SegmentName[], snapshots: import('./folder.js').SnapshotName[] }}
 */
export function parseNames(names) {
  const segments = names.flatMap((name) => {
    const [, generation, seq, mark = '', revision = 1] = SEGMENT.exec(name) ?? [];
    return generation ? [{ name, generation: Number(generation), seq: Number(seq), mark, revision: Number(revision) }] : [];
  });
  const snapshots = names.flatMap((name) => {
    const [, generation, seq, mark = '', crc] = SNAPSHOT.exec(name) ?? [];
    return generation ? [{ name, generation: Number(generation), seq: Number(seq), mark, crc }] : [];
  });
  /**
   * @param {{ generation: number, seq: number, revision?: number }} a
   * @param {{ generation: number, seq: number, revision?: number }} b
   */
  const order = (a, b) => a.generation - b.generation || a.seq - b.seq || (a.revision ?? 0) - (b.revision ?? 0);
  return { segments: segments.sort(order), snapshots: snapshots.sort(order) };
}

/**
 * Yields a range of a file's bytes in pieces.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @param {number} [from]
 * @param {number} [to]
 * @returns {AsyncGenerator<Buffer>}
 */
export async function* piecesOf(fs, path, from = 0, to = Infinity) {
  const handle = await fs.open(path, 'r').catch((cause) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new NextpickError('store', `${path} is gone: the log was rewritten while it was read. Read it again from its beginning`, { path, cause });
  });
  try {
    for (let position = from; position < to; ) {
      const chunk = Buffer.alloc(Math.min(CHUNK, to - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Yields the lines of a range of a file with their offsets; the last may be unterminated. `number` counts from the
 * first line of the range, from 1.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @param {number} [from]
 * @param {number} [to]
 * @returns {AsyncGenerator<{ bytes: Buffer, at: number, number: number, unended?: boolean }>}
 */
export async function* linesOf(fs, path, from, to) {
  /** @type {[Buffer, number, number]} */
  let [rest, at, number] = [Buffer.alloc(0), from ?? 0, 1];
  for await (const piece of piecesOf(fs, path, from, to)) {
    const bytes = rest.length ? Buffer.concat([rest, piece]) : piece;
    let begin = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, begin)) {
      yield { bytes: bytes.subarray(begin, end), at, number };
      at += end + 1 - begin;
      number += 1;
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
  if (rest.length) yield { bytes: rest, at, number, unended: true };
}

/**
 * Returns the checksum of a range of a file, its length in bytes, and the number of lines that end in it.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @param {number} [from]
 * @param {number} [to]
 */
export async function sumOf(fs, path, from, to) {
  let [crc, bytes, lines] = [NO_BYTES, 0, 0];
  for await (const piece of piecesOf(fs, path, from, to)) {
    crc = checksumOn(piece, crc);
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
  }
  return { crc, bytes, lines };
}

/**
 * Finds the valid end of the last segment after the part known to be valid.
 *
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {{ name: string }} segment
 * @param {{ bytes: number, last: number, lock: number, crc: string, lines: number }} known
 * @returns {Promise<{ bytes: number, last: number, lock: number, crc: string, tornAt?: number }>} `tornAt`: first
 *   invalid line.
 */
export async function tailOf(fs, folder, { name }, known) {
  let { bytes: size, last, lock, crc } = known;
  /** @type {number | undefined} */
  let tornAt;
  for await (const { bytes, at, number, unended } of linesOf(fs, join(folder, name), known.bytes)) {
    const line = unended ? undefined : parseLine(name, bytes);
    if (tornAt === undefined && line && (line.seq === last + 1 || line.lock < lock)) {
      if (line.lock >= lock) ({ last, lock } = line);
      size = at + bytes.length + 1;
      crc = checksumOn('\n', checksumOn(bytes, crc));
      continue;
    }
    tornAt ??= known.lines + number;
    if (line && line.synced > last) throw damaged(folder, name, tornAt, 'is not as it was written, and the lines after it were written later');
  }
  return { bytes: size, last, lock, crc, tornAt };
}

/**
 * Yields the entries of segments in a range of numbers, all of which are known to be on disk: any invalid line is
 * damage.
 *
 * @param {{ name: string, seq: number, bytes?: number }[]} segments In order; only the first `bytes` of each are read.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {number} from
 * @param {number} to
 * @returns {AsyncGenerator<[number, import('./index.js').Entry]>}
 */
export async function* entriesOf(fs, folder, segments, from, to) {
  if (from > to) return;
  const needed = segments.filter(({ seq }, i) => seq <= to && !(i + 1 < segments.length && segments[i + 1].seq <= from));
  let [next, lock] = [from, 0];
  for (const [i, { name, seq, bytes: size }] of needed.entries()) {
    const until = needed[i + 1] ? needed[i + 1].seq - 1 : to;
    if (seq > next) throw damaged(folder, name, 1, `has entry ${seq} where ${next} was expected: the file before it is missing or cut`);
    for await (const { bytes, number } of linesOf(fs, join(folder, name), 0, size)) {
      const line = parseLine(name, bytes);
      // Earlier lines are not needed; an unreadable line is known to be earlier once another one follows.
      if (line && (line.lock < lock || line.last < next)) continue;
      if (!line && next === from && seq < from) continue;
      if (!line || !(line.seq <= next)) {
        throw damaged(folder, name, number, line ? `has entry ${line.seq} where ${next} was expected` : 'is not as it was written');
      }
      next = line.last + 1;
      lock = line.lock;
      if (!line.isGone) yield [line.seq, parseEntry(bytes)];
      // Bytes after it may be the rest of a torn write.
      if (line.last >= until) break;
    }
  }
  if (next <= to) throw damaged(folder, needed.at(-1)?.name ?? '', undefined, `ends at entry ${next - 1} where ${to} was expected`);
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {number | undefined} line
 * @param {string} damage
 */
export function damaged(folder, name, line, damage) {
  const place = line === undefined ? join(folder, name) : `${join(folder, name)}, line ${line}`;
  const mend = `Bring the file back from a copy; or \`nextpick store repair ${folder}\` goes on with all that can still be read, and keeps the old files`;
  return new NextpickError('damaged', `${place} ${damage}. ${mend}`, { path: join(folder, name), value: line === undefined ? '' : `line ${line}` });
}
