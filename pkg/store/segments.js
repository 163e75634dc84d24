/**
 * @file The lines of the log and the files that they are in.
 *
 * A line is JSON: `{"crc":"89abcdef","seq":12,"synced":9,"lock":3,"observe":{…}}`. The checksum is that of all that follows it, begun with the
 * mark of the log in the file's name, so that lines of another log are not taken for ours. `synced` is the
 * number of the last entry that was on disk when the line was written: a power cut may leave holes of any shape in a write, but only after
 * that point. So a bad line with a sound one after it that was written later is damage; a bad line without one may be a write that was cut
 * short. `lock` is the number of the writer's lock: a line with a lower number than one before it was written by a process that had lost
 * the lock, and is passed over. `"gone":5` instead of an entry stands for five entries that were taken out.
 */

import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { NextpickError } from '../error.js';

const CHUNK = 1 << 18;
const HEAD = '{"crc":"00000000",'.length;
const FIELDS = /^"seq":(\d+),"synced":(\d+)(?:,"lock":(\d+))?(?:,"gone":(\d+))?/;

const hex = (number) => number.toString(16).padStart(8, '0');
export const checksum = (bytes) => hex(crc32(bytes));
/** The checksum of `before` and these bytes after it. */
export const checksumOn = (bytes, before) => hex(crc32(bytes, parseInt(before, 16)));
export const NO_BYTES = '00000000';

/** A line's text with its checksum before it: `{"crc":"…",` and the rest of an object. */
export const sealed = (rest, mark = NO_BYTES) => `{"crc":"${checksumOn(rest, mark)}",${rest}`;

/** Whether bytes are as {@link sealed} wrote them. */
export const isSealed = (bytes, mark = NO_BYTES) =>
  bytes.length > HEAD && bytes.toString('latin1', 0, HEAD) === `{"crc":"${checksumOn(bytes.subarray(HEAD), mark)}",`;

/**
 * @param {string} name The segment in which it is to stand.
 * @param {import('./index.js').Entry | { gone: number }} entry
 */
export function lineOf(name, entry, { seq, synced, lock }) {
  return `${sealed(`"seq":${seq},"synced":${synced},"lock":${lock},${JSON.stringify(entry).slice(1)}`, markOf(name))}\n`;
}

/** A sound line of another segment as one of this. */
export const resealed = (name, bytes) => Buffer.from(`${sealed(bytes.toString('utf8', HEAD), markOf(name))}\n`);

/** What a line of a segment says; nothing if it is not as it was written. `last` is the number of the last entry that it stands for. */
export function reading(name, bytes) {
  if (!isSealed(bytes, markOf(name))) return undefined;
  const [, seq, synced, lock = 0, gone] = FIELDS.exec(bytes.toString('latin1', HEAD, HEAD + 100)) ?? [];
  if (seq === undefined) return undefined;
  return { seq: Number(seq), synced: Number(synced), lock: Number(lock), last: Number(seq) + Number(gone ?? 1) - 1, isGone: gone !== undefined };
}

/** The entry of a sound line. */
export function entryIn(bytes) {
  const { crc, seq, synced, lock, ...entry } = JSON.parse(bytes.toString());
  return entry;
}

const digits = (number, count) => String(number).padStart(count, '0');
/** `mark` tells the files of this log from those of another; a file that was rewritten has a higher revision. */
export const segmentName = ({ generation, mark, revision = 1 }, first) =>
  `log-${digits(generation, 4)}-${digits(first, 12)}${mark && `-${mark}`}${revision > 1 ? `.r${revision}` : ''}.jsonl`;
export const snapshotName = ({ generation, mark }, seq, crc) => `snapshot-${digits(generation, 4)}-${digits(seq, 12)}-${mark}-${crc}.bin`;

const SEGMENT = /^log-(\d+)-(\d+)(?:-([0-9a-f]{8}))?(?:\.r(\d+))?\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d+)-(\d+)(?:-([0-9a-f]{8}))?-([0-9a-f]{8})\.bin$/;

/** The mark in a segment's name; of one of the layout before, what a checksum begins with of itself. */
const markOf = (name) => SEGMENT.exec(name)?.[3] ?? NO_BYTES;

/**
 * The segments and snapshots among the names of a folder, each in order; `seq` is a segment's first entry and a snapshot's last. Files of the
 * layout before have no mark in their names: theirs is empty.
 */
export function sorted(names) {
  const segments = names.flatMap((name) => {
    const [, generation, seq, mark = '', revision = 1] = SEGMENT.exec(name) ?? [];
    return generation ? [{ name, generation: Number(generation), seq: Number(seq), mark, revision: Number(revision) }] : [];
  });
  const snapshots = names.flatMap((name) => {
    const [, generation, seq, mark = '', crc] = SNAPSHOT.exec(name) ?? [];
    return generation ? [{ name, generation: Number(generation), seq: Number(seq), mark, crc }] : [];
  });
  const order = (a, b) => a.generation - b.generation || a.seq - b.seq || (a.revision ?? 0) - (b.revision ?? 0);
  return { segments: segments.sort(order), snapshots: snapshots.sort(order) };
}

/** The bytes of a file from one place to another, in pieces. */
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

/** Lines of a part of a file with their places; the last may be without its end. `number` counts from the first line of the part. */
export async function* linesOf(fs, path, from, to) {
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

/** The checksum of a part of a file, how many bytes it has, and how many lines end in it. */
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
 * How far the last segment is sound after the part that is known to be.
 *
 * @param {{ name: string }} segment
 * @param {{ bytes: number, last: number, lock: number, crc: string, lines: number }} known
 * @returns {Promise<{ bytes: number, last: number, lock: number, crc: string, tornAt?: number }>} `tornAt`: the line from which on it is not.
 */
export async function tailOf(fs, folder, { name }, known) {
  let { bytes: size, last, lock, crc } = known;
  let tornAt;
  for await (const { bytes, at, number, unended } of linesOf(fs, join(folder, name), known.bytes)) {
    const line = unended ? undefined : reading(name, bytes);
    if (tornAt === undefined && line && (line.seq === last + 1 || line.lock < lock)) {
      if (line.lock >= lock) ({ last, lock } = line);
      size = at + bytes.length + 1;
      crc = checksumOn('\n', checksumOn(bytes, crc));
      continue;
    }
    tornAt ??= known.lines + number;
    if (line?.synced > last) throw damaged(folder, name, tornAt, 'is not as it was written, and what follows it was written later');
  }
  return { bytes: size, last, lock, crc, tornAt };
}

/**
 * The entries of some segments from one number to another, all of which are known to be on disk: any unsound line is damage.
 *
 * @param {{ name: string, seq: number, bytes?: number }[]} segments In order; only the first `bytes` of each are read.
 * @returns {AsyncGenerator<[number, import('./index.js').Entry]>}
 */
export async function* entriesOf(fs, folder, segments, from, to) {
  if (from > to) return;
  const needed = segments.filter(({ seq }, i) => seq <= to && !(segments[i + 1]?.seq <= from));
  let [next, lock] = [from, 0];
  for (const [i, { name, seq, bytes: size }] of needed.entries()) {
    const until = needed[i + 1] ? needed[i + 1].seq - 1 : to;
    if (seq > next) throw damaged(folder, name, 1, `has entry ${seq} where ${next} was expected: the file before it is missing or cut`);
    for await (const { bytes, number } of linesOf(fs, join(folder, name), 0, size)) {
      const line = reading(name, bytes);
      // What comes before is not needed; of a line that cannot be read that is known once there is another.
      if (line && (line.lock < lock || line.last < next)) continue;
      if (!line && next === from && seq < from) continue;
      if (!(line?.seq <= next)) {
        throw damaged(folder, name, number, line ? `has entry ${line.seq} where ${next} was expected` : 'is not as it was written');
      }
      next = line.last + 1;
      lock = line.lock;
      if (!line.isGone) yield [line.seq, entryIn(bytes)];
      // What is behind may be the rest of a write that was cut short.
      if (line.last >= until) break;
    }
  }
  if (next <= to) throw damaged(folder, needed.at(-1)?.name ?? '', undefined, `ends at entry ${next - 1} where ${to} was expected`);
}

export function damaged(folder, name, line, what) {
  const place = line === undefined ? join(folder, name) : `${join(folder, name)}, line ${line}`;
  const mend = `Bring the file back from a copy; or \`nextpick store repair ${folder}\` goes on with all that can still be read, and keeps the old files`;
  return new NextpickError('damaged', `${place} ${what}. ${mend}`, { path: join(folder, name), value: line === undefined ? '' : `line ${line}` });
}
