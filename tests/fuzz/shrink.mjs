// Failing cases made small, and cases as text.

/** Tagged texts for numbers that JSON has no word for. */
const ODD = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity], ['-0', -0]]);

export const toText = (value) => JSON.stringify(value, (_, inner) => {
  if (typeof inner === 'number' && (!Number.isFinite(inner) || Object.is(inner, -0))) return { $number: Object.is(inner, -0) ? '-0' : String(inner) };
  if (inner?.type === 'Buffer' || inner instanceof Uint8Array) return { $bytes: Buffer.from(inner).toString('base64') };
  if (ArrayBuffer.isView(inner)) return { $array: inner.constructor.name, of: Array.from(inner, (n) => (Number.isFinite(n) ? n : { $number: String(n) })) };
  return inner;
});

const ARRAYS = { Int32Array, Float64Array };

/** `{ $times: n, of: … }` in a list is n entries, with their number in place of `#`. */
const repeated = ({ $times, of }) => Array.from({ length: $times }, (_, i) => JSON.parse(JSON.stringify(of).replaceAll('#', i)));

export const fromText = (text) => JSON.parse(text, (_, inner) => {
  if (Array.isArray(inner)) return inner.flatMap((entry) => (entry?.$times ? repeated(entry) : [entry]));
  if (typeof inner?.$number === 'string') return ODD.get(inner.$number);
  if (typeof inner?.$bytes === 'string') return new Uint8Array(Buffer.from(inner.$bytes, 'base64'));
  if (Object.hasOwn(ARRAYS, inner?.$array ?? '')) return ARRAYS[inner.$array].from(inner.of);
  return inner;
});

/**
 * A smaller case that fails in the same way: steps are left out, then fields and entries within them, until nothing can be left out.
 *
 * @param {{ config?: object, steps?: unknown[][] }} failing
 * @param {(smaller: object) => Promise<boolean>} fails
 * @param {number} [tries] At most so many cases are played.
 */
export async function shrunk(failing, fails, tries = 400) {
  let best = failing;
  for (;;) {
    let smaller;
    for (const candidate of candidates(best)) {
      if (tries-- <= 0) return best;
      if (await fails(candidate)) {
        smaller = candidate;
        break;
      }
    }
    if (!smaller) return best;
    best = smaller;
  }
}

function* candidates(made) {
  const { config, steps = [] } = made;
  // Halves first, then single steps.
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length; at += size) yield { ...made, steps: steps.toSpliced(at, size) };
  }
  if (config !== undefined) for (const less of lesser(config)) yield { ...made, config: less };
  for (const [i, [verb, ...given]] of steps.entries()) {
    for (const [k, value] of given.entries()) for (const less of lesser(value)) yield { ...made, steps: steps.with(i, [verb, ...given.with(k, less)]) };
  }
}

/** The value without one of its parts. */
function* lesser(value) {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) yield value.toSpliced(i, 1);
    for (let i = 0; i < value.length; i += 1) for (const less of lesser(value[i])) yield value.with(i, less);
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const name of Object.keys(value)) {
      const { [name]: _, ...rest } = value;
      yield rest;
    }
    for (const [name, inner] of Object.entries(value)) for (const less of lesser(inner)) yield { ...value, [name]: less };
  }
}
