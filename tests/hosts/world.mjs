// The tea house that the bots' suites speak for: invented, and small enough to know by heart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nextpick from '../../pkg/node.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 2026-03-31 09:30 on the operator's clock. */
export const NOW = Date.UTC(2026, 2, 31, 1, 30);
/** A moment of that week: `clock(0, '09:30')` is NOW, `clock(1, '10:00')` half an hour later on the next day. */
export const clock = (day, time) => Date.parse(`2026-03-31T${time}:00+08:00`) + day * DAY;

export const ITEMS = [
  { id: 'a-spring', title: '春茶三步泡', tags: ['绿茶', '冲泡'], format: 'article', publishedAt: NOW - 2 * DAY },
  { id: 'v-matcha', title: '抹茶的打法', tags: ['绿茶', '抹茶'], format: 'video', publishedAt: NOW - 3 * DAY },
  { id: 'a-aged', title: '老白茶怎么存', tags: ['白茶', '存茶'], format: 'article', publishedAt: NOW - 5 * DAY },
  { id: 'p-cups', title: '杯子的三种厚度', tags: ['茶器'], format: 'poster', publishedAt: NOW - 8 * DAY },
  { id: 'a-cold', title: '冷泡一夜', tags: ['冲泡', '绿茶'], format: 'article', publishedAt: NOW - 9 * DAY },
];
/** One push to a group a day, and nights are quiet. */
export const CONFIG = {
  cadence: [{ per: 'group', count: 1, every: 'day' }],
  quietHours: [{ from: '22:00', to: '08:00' }],
  utcOffsetMinutes: 480,
};

/** Set while a verb that the suites need is missing: the word with which they are skipped. */
export const missing = typeof nextpick.Recommender?.prototype.forget === 'function' || typeof (await nextpick.createRecommender()).forget === 'function'
  ? false
  : 'needs setPersonalised, removeFacet, blockFacet and forget of the core';

/** A folder of its own for a store. */
export function stateFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-bot-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A store that outlives the recommenders opened over it. */
export class MemoryStore {
  #entries = [];
  #snapshot;
  #from = 0;
  async open() {
    return { snapshot: this.#snapshot, entries: this.#entries.slice(this.#from).map((text) => JSON.parse(text)), notes: [] };
  }
  async append(entries) {
    this.#entries.push(...entries.map((entry) => JSON.stringify(entry)));
  }
  async checkpoint(snapshot) {
    [this.#snapshot, this.#from] = [snapshot.slice(), this.#entries.length];
  }
  history() {
    return this.#entries.map((text) => JSON.parse(text));
  }
  async compact(rewrite, snapshot) {
    this.#entries = this.history().map(rewrite).filter(Boolean).map((entry) => JSON.stringify(entry));
    await this.checkpoint(snapshot);
  }
  async close() {}
}
