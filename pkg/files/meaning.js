/** @file Checks whether the kinds and items of a log are known to the recommender. */

/** Built-in kinds: known without configuration. */
export const SHIPPED_KINDS = new Set(['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss']);

/** @typedef {import('./index.js').CountedDoubt} CountedDoubt */

/** Counts the interactions of one log that have no effect: of an unknown kind, or with an item that is not in the library. */
export class LogCheck {
  /** @type {Map<string, CountedDoubt | undefined>} */
  #kinds = new Map();
  /** @type {Map<string, CountedDoubt | undefined>} */
  #items = new Map();
  /** @type {object} */
  #config;
  #isKnown;
  #report;
  #file;

  /**
   * @param {import('./report.js').LoadReport} report
   * @param {string} file
   * @param {{ config?: import('../index.js').Config | null, isKnown?: (item: string) => boolean }} options `isKnown` returns true for an item of
   *   the library; without it, items are not checked.
   */
  constructor(report, file, { config, isKnown }) {
    this.#report = report;
    this.#file = file;
    this.#config = config?.kinds ?? {};
    this.#isKnown = isKnown;
  }

  /**
   * Checks one interaction.
   * @param {{ kind?: string, item?: string }} interaction
   * @param {number} [row]
   */
  take({ kind, item }, row) {
    if (kind !== undefined) this.#of(this.#kinds, 'kind', kind)?.hit(kind, row);
    if (item !== undefined && this.#isKnown) this.#of(this.#items, 'item', item)?.hit(item, row);
  }

  /**
   * Adds the recommender's counts of the log.
   * @param {{ duplicates?: number, ahead?: number, trusted?: number, told?: boolean }} counts `ahead`: number of times more than an hour after
   *   `trusted`, which is the host's time if `told`, else the end of the log.
   */
  end({ duplicates = 0, ahead = 0, trusted, told = false }) {
    this.#report.doubt(this.#file, 'repeated', 'id').count += duplicates;
    if (ahead) this.#report.doubt(this.#file, told ? 'ahead' : 'aheadOfEnd', 'at', new Date(/** @type {number} */ (trusted)).toISOString()).count += ahead;
  }

  /**
   * Returns the doubt about a name; `undefined` if the name is known. Each name is checked once.
   * @param {Map<string, CountedDoubt | undefined>} known
   * @param {'kind' | 'item'} doubt
   * @param {string} name
   * @returns {CountedDoubt | undefined}
   */
  #of(known, doubt, name) {
    if (!known.has(name)) {
      const means = doubt === 'item' ? this.#isKnown?.(name) : SHIPPED_KINDS.has(name) || Object.hasOwn(this.#config, name);
      known.set(name, means ? undefined : this.#report.doubt(this.#file, doubt, doubt));
    }
    return known.get(name);
  }
}
