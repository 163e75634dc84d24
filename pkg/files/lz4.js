/**
 * @file LZ4 frames, as Arrow compresses its buffers by default. Blocks of a frame may refer to those before them, so
 *   they are unpacked into one page. Written from the descriptions of the frame and block formats (github.com/lz4/lz4/tree/dev/doc).
 */

const MAGIC = 0x184d2204;
/** Flags of a frame: a checksum after each block, the content's size, a dictionary's id. */
const [BLOCK_CHECKSUM, CONTENT_SIZE, DICTIONARY] = [0x10, 0x08, 0x01];
/** Bit of a block's size if the block is stored as it is. */
const STORED = 0x80000000;
/** Length of a match that is not stated. */
const LEAST_MATCH = 4;

/**
 * Unpacks a frame. Checksums are not compared: a file's length and shape are checked by its reader.
 *
 * @param {Uint8Array} frame
 * @param {number} size Bytes once unpacked.
 * @returns {Uint8Array}
 * @throws Error for bytes that are no such frame.
 */
export function unpackLz4Frame(frame, size) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('no LZ4 frame');
  const flags = frame[4];
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0);
  const page = new Uint8Array(size);
  let filled = 0;
  for (let length = view.getUint32(at, true); length !== 0; length = view.getUint32(at, true)) {
    const bytes = length & ~STORED;
    const block = frame.subarray(at + 4, at + 4 + bytes);
    if (block.length !== bytes) throw new Error('an LZ4 frame that ends within a block');
    if (length >= STORED) {
      page.set(block, filled);
      filled += bytes;
    } else {
      filled = unpackBlock(block, page, filled);
    }
    at += 4 + bytes + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
  return page.subarray(0, filled);
}

/**
 * Unpacks a block to a position of the page; returns the position after it.
 * @param {Uint8Array} block
 * @param {Uint8Array} page
 * @param {number} start
 * @returns {number}
 */
function unpackBlock(block, page, start) {
  let [from, to] = [0, start];
  /**
   * Reads a length of four bits, continued in bytes if all bits are set.
   * @param {number} bits
   */
  const lengthOf = (bits) => {
    let length = bits;
    if (bits === 15) {
      let more;
      do {
        if (from >= block.length) throw new Error('an LZ4 block that ends within a length');
        more = block[from++];
        length += more;
      } while (more === 255);
    }
    return length;
  };
  while (from < block.length) {
    const token = block[from++];
    const literals = lengthOf(token >> 4);
    if (from + literals > block.length || to + literals > page.length) throw new Error('an LZ4 block that exceeds its bounds');
    page.set(block.subarray(from, from + literals), to);
    [from, to] = [from + literals, to + literals];
    // The last sequence has no match.
    if (from === block.length) break;
    if (from + 2 > block.length) throw new Error('an LZ4 block that ends within a match');
    const distance = block[from] | (block[from + 1] << 8);
    from += 2;
    const length = lengthOf(token & 15) + LEAST_MATCH;
    if (distance === 0 || distance > to || to + length > page.length) throw new Error('an LZ4 match outside of its page');
    // Byte by byte, because a match may overlap its output.
    for (let i = 0; i < length; i++, to++) page[to] = page[to - distance];
  }
  return to;
}
