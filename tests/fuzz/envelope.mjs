// Computes the checksum of a changed snapshot or model, so that the fuzzer tests the reader of the payload and not only the checksum.
// SipHash-1-3 with 128 bits and a key of zeros (Aumasson, Bernstein 2012) over the name after its length, and the payload before its length (src/snapshot/envelope.rs).

/** Bytes before the payload: magic (8), version (4), checksum (16). */
const HEADER = 28;
const NAMES = { nextpick: 'snapshot', 'np-model': 'model' };

/** Returns the bytes after the header of magic, version and checksum. */
export const payloadOf = (bytes) => bytes.subarray(HEADER);

/** Builds a file with the magic and version of `like`, this payload and its checksum. */
export function sealed(like, payload) {
  const name = new TextEncoder().encode(NAMES[new TextDecoder().decode(like.subarray(0, 8))]);
  const message = new Uint8Array(16 + name.length + payload.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, name.length, true);
  message.set(name, 8);
  message.set(payload, 8 + name.length);
  view.setUint32(8 + name.length + payload.length, payload.length, true);
  const bytes = new Uint8Array(HEADER + payload.length);
  bytes.set(like.subarray(0, 12));
  bytes.set(siphash128(message), 12);
  bytes.set(payload, HEADER);
  return bytes;
}

/** 64-bit words are pairs of 32-bit words, low before high: BigInt takes twenty times as long. */
function siphash128(message) {
  const v = Uint32Array.from([0x70736575, 0x736f6d65, 0x6e646f6d ^ 0xee, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462]);
  const add = (a, b) => {
    const low = v[a] + v[b];
    v[a] = low;
    v[a + 1] = v[a + 1] + v[b + 1] + (low > 0xffffffff ? 1 : 0);
  };
  const rotate = (a, by) => {
    const [low, high] = by >= 32 ? [v[a + 1], v[a]] : [v[a], v[a + 1]];
    const n = by % 32;
    v[a] = n ? (low << n) | (high >>> (32 - n)) : low;
    v[a + 1] = n ? (high << n) | (low >>> (32 - n)) : high;
  };
  const xor = (a, b) => {
    v[a] ^= v[b];
    v[a + 1] ^= v[b + 1];
  };
  const mix = (a, b, by) => {
    add(a, b);
    rotate(b, by);
    xor(b, a);
  };
  const round = () => {
    mix(0, 2, 13);
    rotate(0, 32);
    mix(4, 6, 16);
    mix(0, 6, 21);
    mix(4, 2, 17);
    rotate(4, 32);
  };
  const rounds = (n) => Array.from({ length: n }, round);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const wordsEnd = message.length - (message.length % 8);
  const word = (low, high) => {
    v[6] ^= low;
    v[7] ^= high;
    round();
    v[0] ^= low;
    v[1] ^= high;
  };
  for (let at = 0; at < wordsEnd; at += 8) word(view.getUint32(at, true), view.getUint32(at + 4, true));
  const last = new DataView(new ArrayBuffer(8));
  for (let at = wordsEnd; at < message.length; at += 1) last.setUint8(at - wordsEnd, message[at]);
  last.setUint8(7, message.length & 0xff);
  word(last.getUint32(0, true), last.getUint32(4, true));
  const out = new DataView(new ArrayBuffer(16));
  const half = (at) => {
    rounds(3);
    out.setUint32(at, v[0] ^ v[2] ^ v[4] ^ v[6], true);
    out.setUint32(at + 4, v[1] ^ v[3] ^ v[5] ^ v[7], true);
  };
  v[4] ^= 0xee;
  half(0);
  v[2] ^= 0xdd;
  half(8);
  return new Uint8Array(out.buffer);
}

const FLOATS = [-1, 0, -0, 1e18, -1e18, 1e308, NaN, Infinity, -Infinity, 5e-324];
const INTEGERS = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 65_536];

/** Applies one to three mutations to bytes: replaces a number, flips a bit, drops or repeats a range. */
export function mutateBytes(payload, random) {
  let bytes = payload.slice();
  for (let remaining = 1 + random.below(3); remaining > 0; remaining -= 1) {
    const at = random.below(Math.max(1, bytes.length - 8));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const mutation = random.below(10);
    if (bytes.length < 9 || mutation < 2) bytes[at] ^= 1 << random.below(8);
    else if (mutation < 6) view.setFloat64(findFloat(view, at), random.chance(0.3) ? -view.getFloat64(findFloat(view, at), true) : random.pick(FLOATS), true);
    else if (mutation < 8) view.setUint32(at, random.pick(INTEGERS), true);
    else {
      const to = at + random.below(Math.min(64, bytes.length - at));
      bytes = mutation === 8 ? Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(to)]) : Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** Returns the offset of the first plausible float in the next 400 bytes, or `from`. */
function findFloat(view, from) {
  for (let at = from; at < Math.min(from + 400, view.byteLength - 8); at += 1) {
    const value = Math.abs(view.getFloat64(at, true));
    if (value > 1e-6 && value < 1e9) return at;
  }
  return from;
}
