/**
 * @file Finds the valid files of a folder without changing any: files that the manifest names, and segments that
 *   continue them.
 *
 * Without a manifest (the previous layout, or a lost one) the names of the files decide. All other files named like a
 * segment or a snapshot are `strange`: they are reported, and moved away once the opening has succeeded.
 */

import { join } from 'node:path';

import { NextpickError } from '../error.js';
import { readManifest } from './manifest.js';
import { NO_BYTES, checksum, damaged, parseNames, sumOf, tailOf } from './segments.js';

/**
 * @typedef {import('./folder.js').Segment} Segment
 * @typedef {import('./folder.js').Snapshot} Snapshot
 * @typedef {ReturnType<typeof parseNames>} Names
 */

/**
 * @typedef {object} Layout
 * @property {number} generation
 * @property {string | undefined} mark
 * @property {Segment[]} segments As in the manifest, up to their valid end; `seq` is `first`.
 * @property {Snapshot[]} snapshots Usable snapshots, in order.
 * @property {(Snapshot & { bytes: Buffer }) | undefined} snapshot The newest valid one.
 * @property {Map<string, string>} strange Names of invalid files, with the reason.
 * @property {string[]} replaced Names of files to remove, by the manifest.
 * @property {string} [scrubbed] Segment verified last, by the manifest.
 * @property {string[]} notes
 * @property {{ name: string, from: number, line: number } | undefined} torn Bytes after the valid end of the last segment.
 * @property {number} number Number of the manifest; 0 if there is none.
 * @property {{ name: string, damage: string }} [behind] Snapshot that holds more than the log.
 */

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @returns {Promise<Layout>}
 */
export async function survey(fs, folder) {
  const names = await fs.readdir(folder);
  const files = parseNames(names);
  const { number, manifest, isUnsound } = await readManifest(fs, folder, names);
  /** @type {Layout} */
  const layout = { generation: 1, mark: undefined, segments: [], snapshots: [], snapshot: undefined, torn: undefined, number, notes: [], strange: new Map(), replaced: manifest?.replaced ?? [], scrubbed: manifest?.scrubbed };
  if (manifest) await readNamedFiles(fs, folder, layout, manifest, files);
  else await readFoundFiles(fs, folder, layout, files, isUnsound);
  for (const { name } of [...files.segments, ...files.snapshots]) {
    const counts = [...layout.segments, ...layout.snapshots].some((one) => one.name === name);
    if (!counts && !layout.replaced.includes(name) && !layout.strange.has(name)) layout.strange.set(name, layout.number ? 'is not named by the manifest' : 'is no file of this log');
  }
  return layout;
}

/**
 * Checks that the files of a manifest exist and have at least the stated length.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {Layout} layout
 * @param {import('./folder.js').Manifest} manifest
 * @param {Names} files
 */
async function readNamedFiles(fs, folder, layout, manifest, files) {
  const { generation, mark } = manifest;
  /**
   * @param {string} name
   * @returns {boolean}
   */
  const isOwn = (name) => manifest.segments.some((one) => one.name === name) || manifest.replaced.includes(name);
  // A manifest that may have been copied with the files does not show which log is valid; so neither is moved away.
  const foreign = files.segments.filter((one) => one.mark !== mark && !isOwn(one.name)).map(({ name }) => name);
  if (foreign.length) {
    const damage = `holds files of another log in addition to those that its manifest names (${foreign.join(', ')})`;
    throw new NextpickError('damaged', `${folder} ${damage}. Take away those that do not belong here, or bring the folder back from a copy`, { path: folder });
  }
  Object.assign(layout, { generation, mark, segments: manifest.segments.map((one) => ({ ...one, seq: one.first })) });
  /** @type {[Segment, string, boolean][]} */
  const cut = [];
  for (const [i, segment] of layout.segments.entries()) {
    const stat = await fs.stat(join(folder, segment.name)).catch(missing);
    const isLast = i === layout.segments.length - 1;
    if (!stat) cut.push([segment, 'is missing: the manifest names it', isLast]);
    else if (stat.size < segment.bytes) cut.push([segment, `has ${stat.size} bytes: the manifest says ${segment.bytes}`, isLast]);
  }
  const cutLast = cut.find(([, , isLast]) => isLast);
  if (cutLast) throw damaged(folder, cutLast[0].name, undefined, cutLast[1]);
  await followTail(fs, folder, layout, files.segments.filter((one) => one.mark === mark));
  layout.snapshots = manifest.snapshots.flatMap((one) => {
    const found = files.snapshots.find(({ name }) => name === one.name);
    if (!found) layout.notes.push(`${one.name} is missing: the manifest names it. Its content is read from older files`);
    return found ? [{ ...one, ...found }] : [];
  });
  layout.snapshot = await newestSound(fs, folder, layout);
  for (const [{ name, last }, damage] of cut) {
    if (!(last <= (layout.snapshot?.seq ?? -1))) throw damaged(folder, name, undefined, damage);
    layout.notes.push(`${join(folder, name)} ${damage}. The state is complete, because the snapshot contains these entries; the log is not`);
  }
}

/**
 * Without a manifest: selects the newest generation whose snapshot is valid and covered by its log; else the oldest
 * with a log.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {Layout} layout
 * @param {Names} files
 * @param {boolean | undefined} isUnsound
 */
async function readFoundFiles(fs, folder, layout, files, isUnsound) {
  const { segments, snapshots } = files;
  const marks = [...new Set([...segments, ...snapshots].map(({ mark }) => mark).filter(Boolean))];
  if (marks.length > 1) {
    const damage = `holds files of ${marks.length} logs (${marks.join(', ')}), and ${isUnsound ? 'its manifest is not as it was written' : 'no manifest says which of them counts'}`;
    throw new NextpickError('damaged', `${folder} ${damage}. Take away those that do not belong here, or bring the folder back from a copy`, { path: folder });
  }
  [layout.mark] = marks;
  if (isUnsound) layout.notes.push('the manifest was not as it was written: the whole log is replayed, and a manifest is made from it');
  else if (marks.length) layout.notes.push('the manifest is missing: the whole log is replayed, and a manifest is made from it');
  const lost = isUnsound || marks.length > 0;
  const generations = [...new Set(snapshots.map(({ generation }) => generation))].reverse();
  /** @type {Layout | undefined} */
  let reason;
  for (const generation of lost ? [] : generations) {
    /** @type {<File extends { generation: number }>(list: File[]) => File[]} */
    const inGeneration = (list) => list.filter((one) => one.generation === generation);
    const candidate = { ...layout, generation, segments: await chainSegments(fs, folder, inGeneration(segments)), strange: new Map(layout.strange) };
    await followTail(fs, folder, candidate, []);
    candidate.snapshots = inGeneration(snapshots).map((one) => ({ ...one, forgetting: [] }));
    candidate.snapshot = await newestSound(fs, folder, candidate);
    if (candidate.snapshot) return Object.assign(layout, candidate);
    reason ??= candidate;
  }
  const generation = segments[0]?.generation ?? 1;
  // If this log ends before a snapshot, and there is no other, missing entries cannot be distinguished from entries never
  // written.
  if (reason?.behind && !segments.some((one) => one.generation < reason.generation)) throw damaged(folder, reason.behind.name, undefined, reason.behind.damage);
  const segmentsHere = segments.filter((one) => one.generation === generation);
  Object.assign(layout, { generation, segments: await chainSegments(fs, folder, segmentsHere), snapshots: [] });
  await followTail(fs, folder, layout, []);
  for (const [name, why] of reason?.strange ?? []) layout.strange.set(name, why);
  if (!lost) return;
  // None of the snapshots is used, but the name of each, also of a damaged one, shows how far the log has been.
  const end = layout.segments.at(-1)?.last ?? 0;
  const beyond = snapshots.findLast((one) => one.generation === generation && one.seq > end);
  if (beyond) throw damaged(folder, beyond.name, undefined, `holds more than the log, which ends at entry ${end}`);
  for (const { name } of snapshots) layout.strange.set(name, 'is not needed: the whole log was replayed');
}

/**
 * Reads the last segment to its valid end, and adds segments that continue it: a process may have been killed before it
 * wrote a manifest that names them.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {Layout} layout
 * @param {import('./folder.js').SegmentName[]} candidates
 */
async function followTail(fs, folder, layout, candidates) {
  let last = layout.segments.at(-1);
  for (;;) {
    if (last) {
      const whole = await sumOf(fs, join(folder, last.name), 0, last.bytes);
      if (whole.crc !== last.crc) noteDamage(layout, last);
      Object.assign(last, await tailOf(fs, folder, last, { ...last, crc: last.crc ?? NO_BYTES, lines: whole.lines }));
    }
    const end = last?.last ?? 0;
    // Two processes that were ended one after the other may each have left an empty segment of the same number.
    const taken = new Set(layout.segments.map(({ name }) => name));
    const later = candidates.filter(({ generation, seq, name }) => generation === layout.generation && seq > end && !taken.has(name));
    const next = later.findLast(({ seq }) => seq === end + 1);
    if (!next && later.length) throw damaged(folder, later[0].name, 1, `has entry ${later[0].seq} where ${end + 1} was expected: the file before it is missing or cut`);
    if (!next) break;
    last = { ...next, first: next.seq, last: end, bytes: 0, crc: NO_BYTES, lock: last?.lock ?? 0 };
    layout.segments.push(last);
  }
  if (last?.tornAt !== undefined) layout.torn = { name: last.name, from: last.bytes, line: last.tornAt };
}

/**
 * Returns the segments of a generation by their names: all but the last have their full length and end where the next
 * begins.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {import('./folder.js').SegmentName[]} segments
 * @returns {Promise<Segment[]>}
 */
async function chainSegments(fs, folder, segments) {
  const newest = segments.filter(({ seq }, i) => segments[i + 1]?.seq !== seq);
  const closed = newest.slice(0, -1).map(async (one, i) => {
    const { size } = await fs.stat(join(folder, one.name));
    return { ...one, first: one.seq, last: newest[i + 1].seq - 1, bytes: size, lock: 0 };
  });
  const last = newest.at(-1);
  return [...(await Promise.all(closed)), ...(last ? [{ ...last, first: last.seq, last: last.seq - 1, bytes: 0, crc: NO_BYTES, lock: 0 }] : [])];
}

/**
 * @param {Layout} layout
 * @param {Segment} segment
 */
function noteDamage(layout, { name, bytes }) {
  layout.notes.push(`${name} is not as it was written, in its first ${bytes} bytes. The state is complete if a snapshot contains these entries; the log is not`);
}

/**
 * Returns the newest snapshot with a correct checksum whose entry the log contains.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {Layout} layout
 */
async function newestSound(fs, folder, layout) {
  const end = layout.segments.at(-1)?.last ?? 0;
  for (const one of [...layout.snapshots].reverse()) {
    const bytes = await fs.readFile(join(folder, one.name));
    const isSound = checksum(bytes) === one.crc;
    if (isSound && one.seq <= end) return { ...one, bytes };
    layout.snapshots = layout.snapshots.filter(({ name }) => name !== one.name);
    if (isSound) layout.behind ??= { name: one.name, damage: `holds more than the log, which ends at entry ${end}` };
    layout.strange.set(one.name, isSound ? `holds more than the log, which ends at entry ${end}` : 'was not as it was written: its content is read from older files');
  }
  return undefined;
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {undefined}
 */
function missing(error) {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
