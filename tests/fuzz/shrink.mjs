// Shrinks failing cases, and converts cases to text and back.

/** Numbers that JSON cannot represent, by the name in their tag. */
const ODD = new Map([['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity], ['-0', -0]]);

/** Writes a case as JSON in which numbers that JSON lacks, and binary data, are tagged objects. */
export const toText = (value) => JSON.stringify(value, (_, inner) => {
  if (typeof inner === 'number' && (!Number.isFinite(inner) || Object.is(inner, -0))) return { $number: Object.is(inner, -0) ? '-0' : String(inner) };
  if (inner?.type === 'Buffer' || inner instanceof Uint8Array) return { $bytes: Buffer.from(inner).toString('base64') };
  if (ArrayBuffer.isView(inner)) return { $array: inner.constructor.name, of: Array.from(inner, (n) => (Number.isFinite(n) ? n : { $number: String(n) })) };
  return inner;
});

const ARRAYS = { Int32Array, Float64Array };

/** Expands `{ $times: n, of: … }` to n entries; `#` becomes the number of the entry. */
const expandRepetition = ({ $times, of }) => Array.from({ length: $times }, (_, i) => JSON.parse(JSON.stringify(of).replaceAll('#', i)));

/** Parses the text of `toText`, and repetitions (`$times`). */
export const fromText = (text) => JSON.parse(text, (_, inner) => {
  if (Array.isArray(inner)) return inner.flatMap((entry) => (entry?.$times ? expandRepetition(entry) : [entry]));
  if (typeof inner?.$number === 'string') return ODD.get(inner.$number);
  if (typeof inner?.$bytes === 'string') return new Uint8Array(Buffer.from(inner.$bytes, 'base64'));
  if (Object.hasOwn(ARRAYS, inner?.$array ?? '')) return ARRAYS[inner.$array].from(inner.of);
  return inner;
});

/**
 * Shrinks a failing case: removes steps, then fields and entries of their arguments, as long as the case still fails in the same way.
 *
 * @param {{ config?: object, steps?: unknown[][] }} failing
 * @param {(smaller: object) => Promise<boolean>} fails
 * @param {number} [tries] Maximum number of cases run.
 */
export async function shrinkCase(failing, fails, tries = 400) {
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

function* candidates(original) {
  const { config, steps = [] } = original;
  // Halves first, then single steps.
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length; at += size) yield { ...original, steps: steps.toSpliced(at, size) };
  }
  if (config !== undefined) for (const smaller of reductions(config)) yield { ...original, config: smaller };
  for (const [i, [verb, ...given]] of steps.entries()) {
    for (const [k, value] of given.entries()) for (const smaller of reductions(value)) yield { ...original, steps: steps.with(i, [verb, ...given.with(k, smaller)]) };
  }
}

/** Yields the value without each of its parts in turn. */
function* reductions(value) {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) yield value.toSpliced(i, 1);
    for (let i = 0; i < value.length; i += 1) for (const smaller of reductions(value[i])) yield value.with(i, smaller);
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const name of Object.keys(value)) {
      const { [name]: _, ...rest } = value;
      yield rest;
    }
    for (const [name, inner] of Object.entries(value)) for (const smaller of reductions(inner)) yield { ...value, [name]: smaller };
  }
}
