// Mends the checksum of a snapshot or a model whose payload was changed, so that what is behind the checksum is tried and not the checksum.
// SipHash-1-3 with 128 bits and a key of zeros (Aumasson, Bernstein 2012) over the name after its length, and the payload before its length (src/snapshot/envelope.rs).

const HEADER = 28;
const NAMES = { nextpick: 'snapshot', 'np-model': 'model' };

/** The bytes before the payload: magic, version, checksum. */
export const payloadOf = (bytes) => bytes.subarray(HEADER);

/** Bytes of the sort of `like`, with this payload and the checksum that belongs to it. */
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

/** 64-bit words are pairs of 32 bits, low before high: BigInt would take twenty times as long. */
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
  const whole = message.length - (message.length % 8);
  const word = (low, high) => {
    v[6] ^= low;
    v[7] ^= high;
    round();
    v[0] ^= low;
    v[1] ^= high;
  };
  for (let at = 0; at < whole; at += 8) word(view.getUint32(at, true), view.getUint32(at + 4, true));
  const last = new DataView(new ArrayBuffer(8));
  for (let at = whole; at < message.length; at += 1) last.setUint8(at - whole, message[at]);
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
const WHOLES = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 65_536];

/** The payload with a few places changed: a number replaced, a bit flipped, a piece dropped or told twice. */
export function altered(payload, draw) {
  let bytes = payload.slice();
  for (let times = 1 + draw.below(3); times > 0; times -= 1) {
    const at = draw.below(Math.max(1, bytes.length - 8));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const way = draw.below(10);
    if (bytes.length < 9 || way < 2) bytes[at] ^= 1 << draw.below(8);
    else if (way < 6) view.setFloat64(floatNear(view, at), draw.chance(0.3) ? -view.getFloat64(floatNear(view, at), true) : draw.of(FLOATS), true);
    else if (way < 8) view.setUint32(at, draw.of(WHOLES), true);
    else {
      const to = at + draw.below(Math.min(64, bytes.length - at));
      bytes = way === 8 ? Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(to)]) : Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** The place of something that looks like a number that was computed, from here on; here if there is none. */
function floatNear(view, from) {
  for (let at = from; at < Math.min(from + 400, view.byteLength - 8); at += 1) {
    const value = Math.abs(view.getFloat64(at, true));
    if (value > 1e-6 && value < 1e9) return at;
  }
  return from;
}
