/**
 * @file Memory image: the linear memory of an instance that holds one prepared recommender, as a cache of being ready. It belongs to one
 *   snapshot and one build of the module on one machine, is never exchanged, and if it is invalid, the snapshot is read instead.
 *
 *   0    8  "npimage\0"
 *   8    4  CRC-32 of all that follows the digest, or 0 where the writing host has none
 *   12  32  SHA-256 of the same
 *   44   4  format; 48 4 pages of memory; 52 4 length of the table of references; 56 4 address of the `Core`
 *   60  32  SHA-256 of the module; 92 32 SHA-256 of the key: the snapshot, then the memory limit
 *   124  4  number of stored blocks
 *   128     bitmap of the blocks of 4 KiB, lowest bit first; then those that are not all zero
 *
 * All numbers are little-endian.
 */

import { sha256 } from './bytes.js';
import { Recommender, coreOf } from './recommender.js';

const FORMAT = 1;
const MAGIC = Uint8Array.from('npimage\0', (letter) => letter.charCodeAt(0));
/** Places of the fields. */
const [AT_CRC, AT_DIGEST, AT_FORMAT, AT_MODULE, AT_KEY, AT_COUNT, HEADER] = [8, 12, 44, 60, 92, 124, 128];
const [PAGE, BLOCK] = [65_536, 4_096];
/** Bytes of memory above which no image is made: copying it would delay answers. 256 MiB. */
const LARGEST = 1 << 28;

/**
 * Image that is read from a host's storage.
 * @typedef {object} ImageSource
 * @property {number} size Bytes.
 * @property {(target: Uint8Array, position: number) => void} read Fills the target with the bytes from a position on.
 * @property {(digest: Uint8Array) => Promise<boolean>} [verify] Checks the bytes after the digest by it, before they are read.
 * @property {(crc: number, parts: Uint8Array[]) => boolean} [isSound] Checks them by their CRC-32, after they were read into these parts.
 */

/**
 * Creates the functions that take and restore images of the single instance of a module.
 * @param {import('./load/module.js').WasmModule} module
 */
export function createImages(module) {
  /**
   * Copies the memory of a recommender, prepared for its next decision.
   *
   * @param {Recommender} recommender
   * @returns {Uint8Array<ArrayBuffer> | undefined} The image, still to be sealed. `undefined` if the memory may not be written: freed memory
   *   still contains the freed data, so the instance must have had only this recommender, no failed call, and no erased data.
   */
  function take(recommender) {
    const { exports, health } = /** @type {any} */ (module.loaded);
    if (!health.isPristine || !globalThis.crypto?.subtle) return undefined;
    recommender.prepare();
    return exports.memory.buffer.byteLength <= LARGEST ? imageOf(exports, coreOf(recommender).__wbg_ptr) : undefined;
  }

  /**
   * Completes an image: module, key and checksums.
   *
   * @param {Uint8Array<ArrayBuffer>} image
   * @param {Uint8Array} key See `imageKey`.
   * @param {(bytes: Uint8Array) => number} [crc32]
   * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} `undefined` if the bytes of the module are not known.
   */
  async function seal(image, key, crc32) {
    const digest = await module.digest();
    if (!digest) return undefined;
    image.set(digest, AT_MODULE);
    image.set(key, AT_KEY);
    const rest = image.subarray(AT_FORMAT);
    if (crc32) new DataView(image.buffer).setUint32(AT_CRC, crc32(rest), true);
    image.set(await sha256(rest), AT_DIGEST);
    return image;
  }

  /**
   * Restores a recommender into an instance that has had none.
   *
   * @param {ImageSource} source
   * @param {Uint8Array} key
   * @returns {Promise<{ recommender?: Recommender, problem?: string }>} `problem`: why the image is of no use; the instance is then as it was.
   *   Neither, if the instance has had a recommender.
   */
  async function restore(source, key) {
    const { wasm, exports, health } = await module.load();
    if (health.coresMade > 0) return {};
    const fields = headerOf(source);
    const problem = problemOf(fields, { module: await module.digest(), key });
    if (problem !== undefined) return { problem };
    if (source.verify && !(await source.verify(fields.digest))) return { problem: 'it is damaged' };
    // From here on nothing waits: no other recommender is made meanwhile.
    if (health.coresMade > 0) return {};
    if (!readInto(exports, source, fields)) return { problem: 'it is cut or damaged' };
    return { recommender: new Recommender(health.makeCore(() => wasm.Core.__wrap(fields.address)), health) };
  }

  /** True if an image of the instance may be written. */
  const isPristine = () => Boolean(module.loaded?.health.isPristine);
  /** True if the instance has held data that was erased since. */
  const hasErased = () => Boolean(module.loaded?.health.hasErased);

  return { take, seal, restore, isPristine, hasErased };
}

/**
 * @typedef {{ memory: WebAssembly.Memory, __wbindgen_externrefs: WebAssembly.Table }} Exports Exports of the module.
 * @typedef {ReturnType<typeof headerOf>} Header
 * @typedef {{ first: number, length: number }} Run Adjacent blocks.
 */

/** Returns the image of a memory, without module, key and checksums. @param {Exports} exports @param {number} address @returns {Uint8Array<ArrayBuffer>} */
function imageOf({ memory: { buffer }, __wbindgen_externrefs: references }, address) {
  const memory = new Uint8Array(buffer);
  const bitmap = bitmapOf(buffer);
  const runs = runsOf(bitmap);
  const image = new Uint8Array(HEADER + bitmap.length + blocksIn(runs) * BLOCK);
  const view = new DataView(image.buffer);
  image.set(MAGIC);
  [FORMAT, memory.length / PAGE, references.length, address].forEach((field, i) => view.setUint32(AT_FORMAT + 4 * i, field, true));
  view.setUint32(AT_COUNT, blocksIn(runs), true);
  image.set(bitmap, HEADER);
  let at = HEADER + bitmap.length;
  for (const { first, length } of runs) {
    image.set(memory.subarray(first * BLOCK, (first + length) * BLOCK), at);
    at += length * BLOCK;
  }
  return image;
}

/** Returns the fields of an image's header; zeros if the image is too short. @param {ImageSource} source */
function headerOf(source) {
  const bytes = new Uint8Array(HEADER);
  if (source.size >= HEADER) source.read(bytes, 0);
  const view = new DataView(bytes.buffer);
  const [format, pages, table, address] = [0, 4, 8, 12].map((place) => view.getUint32(AT_FORMAT + place, true));
  const [magic, digest, module, key, checked] = [[0, AT_CRC], [AT_DIGEST, AT_FORMAT], [AT_MODULE, AT_KEY], [AT_KEY, AT_COUNT], [AT_FORMAT, HEADER]].map(([from, to]) => bytes.subarray(from, to));
  return { magic, crc: view.getUint32(AT_CRC, true), digest, format, pages, table, address, module, key, count: view.getUint32(AT_COUNT, true), checked };
}

/** Returns the reason why an image cannot be used, if any. @param {Header} header @param {{ module: Uint8Array | undefined, key: Uint8Array }} wanted */
function problemOf({ magic, format, module, key }, wanted) {
  if (!same(magic, MAGIC) || format !== FORMAT) return 'it has another format';
  if (!same(module, wanted.module)) return 'another build of the module wrote it';
  return same(key, wanted.key) ? undefined : 'it belongs to another state';
}

/**
 * Reads an image into the memory of an instance without a `Core`. If it is invalid, restores the memory and returns false.
 *
 * @param {Exports} exports
 * @param {ImageSource} source
 * @param {Header} header
 */
function readInto({ memory, __wbindgen_externrefs: references }, source, { crc, pages, table, address, count, checked }) {
  const initial = memory.buffer.byteLength / PAGE;
  const blocks = (pages * PAGE) / BLOCK;
  const isPlausible = pages >= initial && pages * PAGE <= LARGEST && address < pages * PAGE && table < LARGEST;
  if (!isPlausible || source.size !== HEADER + blocks / 8 + count * BLOCK) return false;
  const bitmap = new Uint8Array(blocks / 8);
  source.read(bitmap, HEADER);
  const runs = runsOf(bitmap);
  if (blocksIn(runs) !== count) return false;

  const before = new Uint8Array(memory.buffer).slice();
  memory.grow(pages - initial);
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, 0, before.length);
  let at = HEADER + bitmap.length;
  const parts = runs.map(({ first, length }) => {
    const part = bytes.subarray(first * BLOCK, (first + length) * BLOCK);
    source.read(part, at);
    at += part.length;
    return part;
  });
  if (source.isSound && !source.isSound(crc, [checked, bitmap, ...parts])) {
    for (const part of parts) part.fill(0);
    bytes.set(before);
    return false;
  }
  if (table > references.length) references.grow(table - references.length);
  return true;
}

/**
 * Returns the key of an image: that of the state which its snapshot has, under a memory limit.
 * @param {Uint8Array<ArrayBuffer>} snapshot
 * @param {number | undefined} maxBytes
 */
export async function imageKey(snapshot, maxBytes) {
  const limit = new Uint8Array(Float64Array.of(maxBytes ?? 0).buffer);
  return sha256(Uint8Array.from([...(await sha256(snapshot)), ...limit]));
}

/** Returns the source of an image whose bytes are in memory, checked by its digest. @param {Uint8Array<ArrayBuffer>} bytes @returns {ImageSource} */
export function imageInMemory(bytes) {
  return {
    size: bytes.length,
    read: (target, position) => target.set(bytes.subarray(position, position + target.length)),
    verify: async (digest) => same(digest, await sha256(bytes.subarray(AT_FORMAT))),
  };
}

/** Returns a bitmap of the blocks that are not all zero. @param {ArrayBuffer} buffer */
function bitmapOf(buffer) {
  const words = new Int32Array(buffer);
  const bitmap = new Uint8Array(buffer.byteLength / BLOCK / 8);
  for (let block = 0, at = 0; block < bitmap.length * 8; block++) {
    const end = at + BLOCK / 4;
    while (at < end && words[at] === 0) at += 1;
    if (at < end) bitmap[block >> 3] |= 1 << (block & 7);
    at = end;
  }
  return bitmap;
}

/** Returns the blocks of a bitmap as runs of adjacent blocks. @param {Uint8Array} bitmap */
function runsOf(bitmap) {
  /** @type {Run[]} */
  const runs = [];
  for (let block = 0; block < bitmap.length * 8; block++) {
    if (!(bitmap[block >> 3] & (1 << (block & 7)))) continue;
    const last = runs.at(-1);
    if (last && last.first + last.length === block) last.length += 1;
    else runs.push({ first: block, length: 1 });
  }
  return runs;
}

/** @param {Run[]} runs */
const blocksIn = (runs) => runs.reduce((sum, { length }) => sum + length, 0);

/** @param {Uint8Array} one @param {Uint8Array | undefined} other */
const same = (one, other) => one.length === other?.length && one.every((byte, i) => byte === other[i]);
