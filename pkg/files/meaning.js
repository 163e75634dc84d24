/** @file Checks whether the kinds and items of a log are known to the recommender. */

/** The kinds that need no configuration to mean something. */
export const SHIPPED_KINDS = new Set(['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss']);

/** Counts the interactions of one log that will move nothing: of a kind without a meaning, or with an item that is not in the library. */
export class LogCheck {
  #kinds = new Map();
  #items = new Map();
  #config;
  #isKnown;
  #report;
  #file;

  /**
   * @param {import('./report.js').LoadReport} report
   * @param {string} file
   * @param {{ config?: import('../index.js').Config | null, isKnown?: (item: string) => boolean }} told `isKnown`: whether the library has an
   *   item; without it, items are not checked.
   */
  constructor(report, file, { config, isKnown }) {
    this.#report = report;
    this.#file = file;
    this.#config = config?.kinds ?? {};
    this.#isKnown = isKnown;
  }

  /**
   * One interaction.
   * @param {{ kind?: string, item?: string }} interaction
   * @param {number} [row]
   */
  take({ kind, item }, row) {
    if (kind !== undefined) this.#of(this.#kinds, 'kind', kind)?.hit(kind, row);
    if (item !== undefined && this.#isKnown) this.#of(this.#items, 'item', item)?.hit(item, row);
  }

  /**
   * Adds the recommender's counts of the log.
   * @param {{ duplicates?: number, ahead?: number, trusted?: number, told?: boolean }} said `ahead`: how many lie more than an hour after `trusted`,
   *   which the host told, or which is the end of the log.
   */
  end({ duplicates = 0, ahead = 0, trusted, told = false }) {
    this.#report.doubt(this.#file, 'repeated', 'id').count += duplicates;
    if (ahead) this.#report.doubt(this.#file, told ? 'ahead' : 'aheadOfEnd', 'at', new Date(/** @type {number} */ (trusted)).toISOString()).count += ahead;
  }

  /** Returns the doubt about a name, or nothing if it is known. Each name is checked once. */
  #of(known, doubt, name) {
    if (!known.has(name)) {
      const means = doubt === 'item' ? this.#isKnown?.(name) : SHIPPED_KINDS.has(name) || Object.hasOwn(this.#config, name);
      known.set(name, means ? undefined : this.#report.doubt(this.#file, doubt, doubt));
    }
    return known.get(name);
  }
}
