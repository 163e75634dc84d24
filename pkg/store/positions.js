/**
 * @file Positions in a log from which entries were removed. A log's entries keep their numbers; a reader that counts
 *   them needs positions that count only the entries that are left.
 */

/**
 * Yields the entries of a log; every `logPosition` falls by the number of entries that were removed before it.
 *
 * @param {AsyncIterable<[number, import('./index.js').Entry]> | Iterable<[number, import('./index.js').Entry]>} numbered
 */
export async function* renumbered(numbered) {
  const gaps = new Gaps();
  for await (const [number, entry] of numbered) {
    gaps.pass(number);
    yield gaps.isEmpty ? entry : withPosition(entry, (position) => gaps.kept(position));
  }
}

/**
 * Returns an entry with the position of its decision converted.
 * @param {any} entry
 * @param {(position: number) => number} convert
 * @returns {import('./index.js').Entry}
 */
function withPosition(entry, convert) {
  const verb = 'accept' in entry ? 'accept' : 'reserve';
  const position = entry[verb]?.logPosition;
  return position === undefined ? entry : { ...entry, [verb]: { ...entry[verb], logPosition: convert(position) } };
}

/** Runs of numbers without an entry, ascending. */
class Gaps {
  /** First and last number of each run, and the number of entries removed up to its last. @type {{ first: number, last: number, removed: number }[]} */
  #runs = [];
  #last = 0;

  get isEmpty() {
    return this.#runs.length === 0;
  }

  /**
   * Notes the number of the next entry that is left.
   * @param {number} number
   */
  pass(number) {
    const [first, last] = [this.#last + 1, number - 1];
    if (first <= last) this.#runs.push({ first, last, removed: (this.#runs.at(-1)?.removed ?? 0) + last - first + 1 });
    this.#last = number;
  }

  /**
   * Returns the number of entries left up to a number.
   * @param {number} number
   */
  kept(number) {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#runs[middle].first <= number) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low - 1];
    return run ? number - run.removed + Math.max(run.last - number, 0) : number;
  }
}
