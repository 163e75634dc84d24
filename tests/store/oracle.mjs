// Oracle of the store tests: a list and a snapshot in memory.

/**
 * @param {{ log: string[], covered: number, snapshot?: Uint8Array, forgetting?: object[], open?: boolean }} [place] Data that is kept after closing.
 * @returns {import('nextpick').Store}
 */
export function memoryStore(place = { log: [], covered: 0 }) {
  return {
    async open() {
      if (place.open) throw Object.assign(new Error('it is open'), { code: 'locked' });
      place.open = true;
      const { snapshot, forgetting = [], covered, log } = place;
      return { snapshot, forgetting, entries: numbered(log, covered).map(([, entry]) => entry), end: log.length, notes: [] };
    },
    async append(entries) {
      place.log.push(...entries.map((entry) => JSON.stringify(entry)));
    },
    async checkpoint(snapshot, forgetting = []) {
      Object.assign(place, { snapshot, forgetting, covered: place.log.length });
    },
    history() {
      return numbered(place.log, 0);
    },
    async *compact(forgotten, rewrite) {
      for (const [number, entry] of numbered(place.log, 0)) {
        place.log[number - 1] = JSON.stringify(rewrite(entry, number));
        if (number % 100 === 0) yield;
      }
      place.forgetting = place.forgetting.filter((one) => !forgotten.some(({ user, before }) => one.user === user && one.before === before));
    },
    async close() {
      place.open = false;
    },
  };
}

/** Returns entries with their numbers; numbers of removed entries are not reused. */
const numbered = (log, after) => log.flatMap((text, i) => (text === undefined || i < after ? [] : [[i + 1, JSON.parse(text)]]));
