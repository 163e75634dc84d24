// The obvious store: a list and a snapshot. What the others are held against.

/**
 * @param {{ log: string[], covered: number, snapshot?: Uint8Array, open?: boolean }} [place] What survives its being closed.
 * @returns {import('nextpick').Store}
 */
export function memoryStore(place = { log: [], covered: 0 }) {
  return {
    async open() {
      if (place.open) throw Object.assign(new Error('it is open'), { code: 'locked' });
      place.open = true;
      return { snapshot: place.snapshot, entries: place.log.slice(place.covered).map((text) => JSON.parse(text)), notes: [] };
    },
    async append(entries) {
      place.log.push(...entries.map((entry) => JSON.stringify(entry)));
    },
    async checkpoint(snapshot) {
      Object.assign(place, { snapshot, covered: place.log.length });
    },
    history() {
      return place.log.map((text) => JSON.parse(text));
    },
    async compact(rewrite, snapshot) {
      const left = this.history().map(rewrite).filter(Boolean).map((entry) => JSON.stringify(entry));
      Object.assign(place, { log: left, snapshot, covered: left.length });
    },
    async close() {
      place.open = false;
    },
  };
}
