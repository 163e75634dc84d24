/**
 * @file State of the page: named slices, each an immutable value. Elements are drawn again when a slice that they watch
 *   is replaced.
 *
 * | slice | content |
 * | --- | --- |
 * | `words` | language of the texts in use |
 * | `prefs` | language, theme, single keys, name of the operator |
 * | `route` | address: `{ path, parts, params }` |
 * | `session` | `{ writer, memoryOnly, update }`: true if this tab may write, if nothing is stored beyond the visit, if
 * a new version waits |
 * | `data` | loaded data: `{ phase, kind, name, world, items, groups, users, asOf, end, revision, problems, notes }` |
 * | `plan` | the week: see `commands/plan.js` |
 * | `scheme`, `others` | scheme B beside the week: see `commands/scheme.js` |
 * | `results` | studies asked for on the screen of results, by question: see `results/answers.js` |
 * | `jobs` | long work: list of `{ id, label, phase, done, total, cancel }` |
 * | `said` | sentence for the live region |
 */

class Store {
  #slices = new Map();
  #watchers = new Map();

  get(slice) {
    return this.#slices.get(slice);
  }

  /** Replaces a slice; drawing happens once, after all changes of this turn. */
  set(slice, value) {
    if (Object.is(this.#slices.get(slice), value)) return;
    this.#slices.set(slice, value);
    for (const watcher of this.#watchers.get(slice) ?? []) watcher();
  }

  /** Replaces some fields of a slice. */
  patch(slice, fields) {
    this.set(slice, { ...this.#slices.get(slice), ...fields });
  }

  /** Calls `watcher` after each change of a slice. Returns a function that ends it. */
  watch(slice, watcher) {
    if (!this.#watchers.has(slice)) this.#watchers.set(slice, new Set());
    this.#watchers.get(slice).add(watcher);
    return () => this.#watchers.get(slice).delete(watcher);
  }
}

export const store = new Store();

/** Reactive controller: requests an update of its element while the element is in the page. */
export class Watch {
  #ends = [];

  /** @param {import('lit').LitElement} host @param {string[]} slices */
  constructor(host, slices) {
    this.host = host;
    this.slices = slices;
    host.addController(this);
  }

  hostConnected() {
    this.#ends = this.slices.map((slice) => store.watch(slice, () => this.host.requestUpdate()));
    this.host.requestUpdate();
  }

  hostDisconnected() {
    for (const end of this.#ends) end();
  }
}
