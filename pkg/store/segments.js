/**
 * @file The lines of the log and the files they stand in.
 *
 * A line is JSON: `{"crc":"89abcdef","seq":12,"synced":9,"observe":{…}}`. The checksum is that of all that follows it. `synced` is how far
 * the log was on disk when the line was written: a write that the power cut may leave holes of any shape, but only after that point. So a bad
 * line with a sound one after it that was written later is damage, and a bad one with nothing later behind it is a torn tail.
 */

import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { NextpickError } from '../error.js';

const CHUNK = 1 << 18;
const HEAD = '{"crc":"00000000",'.length;

export const checksum = (bytes) => crc32(bytes).toString(16).padStart(8, '0');

/** @param {import('./index.js').Entry} entry */
export function lineOf(entry, seq, synced) {
  const rest = `"seq":${seq},"synced":${synced},${JSON.stringify(entry).slice(1)}`;
  return `{"crc":"${checksum(rest)}",${rest}\n`;
}

/** What a line says; nothing if it is not as it was written. */
function reading(bytes) {
  if (bytes.length <= HEAD || bytes.toString('latin1', 0, HEAD) !== `{"crc":"${checksum(bytes.subarray(HEAD))}",`) return undefined;
  const { crc, seq, synced, ...entry } = JSON.parse(bytes.toString());
  return { seq, synced, entry };
}

const digits = (number, count) => String(number).padStart(count, '0');
export const segmentName = (generation, first) => `log-${digits(generation, 4)}-${digits(first, 12)}.jsonl`;
export const snapshotName = (generation, seq, crc) => `snapshot-${digits(generation, 4)}-${digits(seq, 12)}-${crc}.bin`;

const NAME = /^(log|snapshot)-(\d+)-(\d+)(?:-([0-9a-f]{8}))?\.(?:jsonl|bin)$/;

/** The segments and snapshots among the names of a folder, each in order; `seq` is a segment's first entry and a snapshot's last. */
export function sorted(names) {
  const found = names.flatMap((name) => {
    const [, kind, generation, seq, crc] = name.match(NAME) ?? [];
    return kind ? [{ kind, name, generation: Number(generation), seq: Number(seq), crc }] : [];
  });
  found.sort((a, b) => a.generation - b.generation || a.seq - b.seq);
  return { segments: found.filter(({ kind }) => kind === 'log'), snapshots: found.filter(({ kind }) => kind === 'snapshot') };
}

/** Lines of a file with their places; the last may be without its end. */
async function* linesOf(fs, path) {
  const handle = await fs.open(path, 'r').catch((cause) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new NextpickError('store', `${path} is gone: the log was rewritten while it was read. Read it again from its beginning`, { path, cause });
  });
  try {
    let [rest, at, number] = [Buffer.alloc(0), 0, 1];
    for (let position = 0; ; ) {
      const chunk = Buffer.alloc(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
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
  } finally {
    await handle.close();
  }
}

/**
 * How far the last segment is sound.
 *
 * @param {{ name: string, seq: number }} segment
 * @returns {Promise<{ size: number, end: number, torn: boolean }>} Its sound bytes, its last entry, and whether something stands behind them.
 */
export async function soundPart(fs, folder, { name, seq: first }) {
  let [size, end, torn] = [0, first - 1, undefined];
  for await (const { bytes, at, number, unended } of linesOf(fs, join(folder, name))) {
    const line = unended ? undefined : reading(bytes);
    if (line?.seq === end + 1 && torn === undefined) {
      end = line.seq;
      size = at + bytes.length + 1;
      continue;
    }
    torn ??= number;
    if (line?.synced > end) throw damaged(folder, name, torn, 'is not as it was written, and what stands after it was written later');
  }
  return { size, end, torn: torn !== undefined };
}

/**
 * The entries of some segments from one number to another, all of which are known to be on disk: whatever is wrong with one is damage.
 *
 * @param {{ name: string, seq: number }[]} segments In order.
 */
export async function* entriesOf(fs, folder, segments, from, to) {
  const needed = segments.filter(({ seq }, i) => seq <= to && !(segments[i + 1]?.seq <= from));
  let next = Math.min(needed[0]?.seq ?? to + 1, from);
  for (const { name, seq } of needed) {
    if (seq > next) throw damaged(folder, name, 1, `has entry ${seq} where ${next} was expected: the file before it is missing or cut`);
    next = seq;
    for await (const { bytes, number } of linesOf(fs, join(folder, name))) {
      const line = reading(bytes);
      if (line?.seq !== next) throw damaged(folder, name, number, line ? `has entry ${line.seq} where ${next} was expected` : 'is not as it was written');
      next += 1;
      if (line.seq >= from) yield line.entry;
      if (line.seq === to) return;
    }
  }
}

export function damaged(folder, name, line, what) {
  const place = line === undefined ? join(folder, name) : `${join(folder, name)}, line ${line}`;
  const mend = 'Bring the file back from a copy; or, to go on with what was before, cut it there and take the later log and snapshot files away';
  return new NextpickError('damaged', `${place} ${what}. ${mend}`, { path: join(folder, name), value: line === undefined ? '' : `line ${line}` });
}
