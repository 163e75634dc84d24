/**
 * @file Which files of a folder count, found without changing one: those that the manifest names, and segments that go on after them.
 *
 * Without a manifest (the layout before, or one that was lost) the names of the files decide. Everything else that has the name of a segment
 * or a snapshot is `strange`: it is told of, and moved away once the opening has succeeded.
 */

import { join } from 'node:path';

import { NextpickError } from '../error.js';
import { readManifest } from './manifest.js';
import { NO_BYTES, checksum, damaged, sorted, sumOf, tailOf } from './segments.js';

/**
 * @typedef {object} Layout
 * @property {number} generation
 * @property {string | undefined} mark
 * @property {object[]} segments As in the manifest, up to their sound end; `seq` is `first`.
 * @property {{ name: string, seq: number, forgetting: object[] }[]} snapshots Those that may be used, in order.
 * @property {{ name: string, seq: number, forgetting: object[], bytes: Buffer } | undefined} snapshot The newest sound one.
 * @property {Map<string, string>} strange Names of files that do not count, and why.
 * @property {string[]} replaced Names of files that a manifest says are to be removed.
 * @property {string[]} notes
 * @property {{ name: string, from: number, line: number } | undefined} torn What stands behind the sound end of the last segment.
 * @property {number} number Of the manifest; 0 where there is none.
 */

/** @returns {Promise<Layout>} */
export async function survey(fs, folder) {
  const names = await fs.readdir(folder);
  const files = sorted(names);
  const { number, manifest, isUnsound } = await readManifest(fs, folder, names);
  const layout = { number, notes: [], strange: new Map(), replaced: manifest?.replaced ?? [], scrubbed: manifest?.scrubbed };
  if (manifest) await namedFiles(fs, folder, layout, manifest, files);
  else await foundFiles(fs, folder, layout, files, isUnsound);
  for (const { name } of [...files.segments, ...files.snapshots]) {
    const counts = [...layout.segments, ...layout.snapshots].some((one) => one.name === name);
    if (!counts && !layout.replaced.includes(name) && !layout.strange.has(name)) layout.strange.set(name, layout.number ? 'is not named by the manifest' : 'is no file of this log');
  }
  return layout;
}

/** With a manifest: what it names is there, and as long as it says. */
async function namedFiles(fs, folder, layout, manifest, files) {
  const { generation, mark } = manifest;
  const own = (name) => manifest.segments.some((one) => one.name === name) || manifest.replaced.includes(name);
  // Which of two logs is meant, a manifest that may have been copied along cannot say; and neither is moved away.
  const foreign = files.segments.filter((one) => one.mark !== mark && !own(one.name)).map(({ name }) => name);
  if (foreign.length) {
    const what = `holds files of another log beside those that its manifest names (${foreign.join(', ')})`;
    throw new NextpickError('damaged', `${folder} ${what}. Take away those that do not belong here, or bring the folder back from a copy`, { path: folder });
  }
  Object.assign(layout, { generation, mark, segments: manifest.segments.map((one) => ({ ...one, seq: one.first })) });
  const cut = [];
  for (const [i, segment] of layout.segments.entries()) {
    const stat = await fs.stat(join(folder, segment.name)).catch(missing);
    const isLast = i === layout.segments.length - 1;
    if (!stat) cut.push([segment, 'is missing: the manifest names it', isLast]);
    else if (stat.size < segment.bytes) cut.push([segment, `has ${stat.size} bytes: the manifest says ${segment.bytes}`, isLast]);
  }
  const [segment, what] = cut.find(([, , isLast]) => isLast) ?? [];
  if (segment) throw damaged(folder, segment.name, undefined, what);
  await followTail(fs, folder, layout, files.segments.filter((one) => one.mark === mark));
  layout.snapshots = manifest.snapshots.map((one) => ({ ...one, ...files.snapshots.find(({ name }) => name === one.name) }));
  for (const { name } of layout.snapshots.filter(({ seq }) => seq === undefined)) layout.notes.push(`${name} is missing: the manifest names it. What it held is read from what is older`);
  layout.snapshots = layout.snapshots.filter(({ seq }) => seq !== undefined);
  layout.snapshot = await newestSound(fs, folder, layout);
  for (const [{ name, last }, what] of cut) {
    if (!(last <= layout.snapshot?.seq)) throw damaged(folder, name, undefined, what);
    layout.notes.push(`${join(folder, name)} ${what}. The state is whole, because the snapshot holds what it held; the log is not`);
  }
}

/** Without one: the newest generation whose snapshot is sound and whose log reaches it; else the oldest of which the log is there. */
async function foundFiles(fs, folder, layout, files, isUnsound) {
  const { segments, snapshots } = files;
  const marks = [...new Set([...segments, ...snapshots].map(({ mark }) => mark).filter(Boolean))];
  if (marks.length > 1) {
    const what = `holds files of ${marks.length} logs (${marks.join(', ')}), and ${isUnsound ? 'its manifest is not as it was written' : 'no manifest says which of them counts'}`;
    throw new NextpickError('damaged', `${folder} ${what}. Take away those that do not belong here, or bring the folder back from a copy`, { path: folder });
  }
  [layout.mark] = marks;
  if (isUnsound) layout.notes.push('the manifest was not as it was written: all of the log is told anew, and a manifest is made from it');
  else if (marks.length) layout.notes.push('the manifest is missing: all of the log is told anew, and a manifest is made from it');
  const lost = isUnsound || marks.length > 0;
  const generations = [...new Set(snapshots.map(({ generation }) => generation))].reverse();
  let reason;
  for (const generation of lost ? [] : generations) {
    const own = (list) => list.filter((one) => one.generation === generation);
    const candidate = { ...layout, generation, segments: await chained(fs, folder, own(segments)), strange: new Map(layout.strange) };
    await followTail(fs, folder, candidate, []);
    candidate.snapshots = own(snapshots).map((one) => ({ ...one, forgetting: [] }));
    candidate.snapshot = await newestSound(fs, folder, candidate);
    if (candidate.snapshot) return Object.assign(layout, candidate);
    reason ??= candidate;
  }
  const generation = segments[0]?.generation ?? 1;
  // A log that ends before a snapshot, and no other: what is missing cannot be told from what never was.
  if (reason?.behind && !segments.some((one) => one.generation < reason.generation)) throw damaged(folder, reason.behind.name, undefined, reason.behind.what);
  const own = segments.filter((one) => one.generation === generation);
  Object.assign(layout, { generation, segments: await chained(fs, folder, own), snapshots: [] });
  await followTail(fs, folder, layout, []);
  for (const [name, why] of reason?.strange ?? []) layout.strange.set(name, why);
  if (!lost) return;
  // None of them is used, but each tells how far the log has been.
  const known = { ...layout, snapshots: snapshots.filter((one) => one.generation === generation), strange: new Map() };
  await newestSound(fs, folder, known);
  if (known.behind) throw damaged(folder, known.behind.name, undefined, known.behind.what);
  for (const { name } of snapshots) layout.strange.set(name, 'is not needed: all of the log was told anew');
}

/**
 * Reads the last segment to its sound end, and takes in those that go on where it ends: a process may have been killed before it had
 * written a manifest that names them.
 */
async function followTail(fs, folder, layout, candidates) {
  let last = layout.segments.at(-1);
  for (;;) {
    if (last) {
      const whole = await sumOf(fs, join(folder, last.name), 0, last.bytes);
      if (whole.crc !== last.crc) noteDamage(layout, last);
      Object.assign(last, await tailOf(fs, folder, last, { ...last, lines: whole.lines }));
    }
    const end = last?.last ?? 0;
    const later = candidates.filter(({ generation, seq, name }) => generation === layout.generation && seq > end && name !== last?.name);
    const next = later.findLast(({ seq }) => seq === end + 1);
    if (!next && later.length) throw damaged(folder, later[0].name, 1, `has entry ${later[0].seq} where ${end + 1} was expected: the file before it is missing or cut`);
    if (!next) break;
    last = { ...next, first: next.seq, last: end, bytes: 0, crc: NO_BYTES, lock: last?.lock ?? 0 };
    layout.segments.push(last);
  }
  if (last?.tornAt !== undefined) layout.torn = { name: last.name, from: last.bytes, line: last.tornAt };
}

/** The segments of a generation as their names tell: all but the last are as long as they are, and end where the next begins. */
async function chained(fs, folder, segments) {
  const newest = segments.filter(({ seq }, i) => segments[i + 1]?.seq !== seq);
  const closed = newest.slice(0, -1).map(async (one, i) => {
    const { size } = await fs.stat(join(folder, one.name));
    return { ...one, first: one.seq, last: newest[i + 1].seq - 1, bytes: size, lock: 0 };
  });
  const last = newest.at(-1);
  return [...(await Promise.all(closed)), ...(last ? [{ ...last, first: last.seq, last: last.seq - 1, bytes: 0, crc: NO_BYTES, lock: 0 }] : [])];
}

function noteDamage(layout, { name, bytes }) {
  layout.notes.push(`${name} is not as it was written, in its first ${bytes} bytes. The state is whole if a snapshot holds what they held; the log is not`);
}

/** The newest snapshot whose checksum is right and that the log reaches. */
async function newestSound(fs, folder, layout) {
  const end = layout.segments.at(-1)?.last ?? 0;
  for (const one of [...layout.snapshots].reverse()) {
    const bytes = await fs.readFile(join(folder, one.name));
    const isSound = checksum(bytes) === one.crc;
    if (isSound && one.seq <= end) return { ...one, bytes };
    layout.snapshots = layout.snapshots.filter(({ name }) => name !== one.name);
    if (isSound) layout.behind ??= { name: one.name, what: `holds more than the log, which ends at entry ${end}` };
    layout.strange.set(one.name, isSound ? `holds more than the log, which ends at entry ${end}` : 'was not as it was written: what it held is read from what is older');
  }
  return undefined;
}

function missing(error) {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
