// The obvious store: a list, a snapshot, and an array of what was dropped. What the others are held against.

/** @returns {import('nextpick').Store & { log: string[], opened: boolean }} One that survives its being closed. */
export function memoryStore() {
  return {
    log: [],
    snapshot: undefined,
    covered: 0,
    opened: false,
    async open() {
      if (this.opened) throw Object.assign(new Error('it is open'), { code: 'locked' });
      this.opened = true;
      return { snapshot: this.snapshot, entries: this.log.slice(this.covered).map((text) => JSON.parse(text)), notes: [] };
    },
    async append(entries) {
      this.log.push(...entries.map((entry) => JSON.stringify(entry)));
    },
    async checkpoint(snapshot) {
      this.snapshot = snapshot;
      this.covered = this.log.length;
    },
    history() {
      return this.log.map((text) => JSON.parse(text));
    },
    async compact(rewrite, snapshot) {
      this.log = this.history().map(rewrite).filter(Boolean).map((entry) => JSON.stringify(entry));
      await this.checkpoint(snapshot);
    },
    async close() {
      this.opened = false;
    },
  };
}
