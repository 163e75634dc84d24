// Fixture of the bots' suites: a small invented tea house.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import * as nextpick from '../../pkg/node.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 2026-03-31 09:30 on the operator's clock. */
export const NOW = Date.UTC(2026, 2, 31, 1, 30);
/** Returns a time of that week: `clock(0, '09:30')` is NOW, `clock(1, '10:00')` half an hour later on the next day. */
export const clock = (day, time) => Date.parse(`2026-03-31T${time}:00+08:00`) + day * DAY;

export const ITEMS = [
  { id: 'a-spring', title: '春茶三步泡', tags: ['绿茶', '冲泡'], format: 'article', publishedAt: NOW - 2 * DAY },
  { id: 'v-matcha', title: '抹茶的打法', tags: ['绿茶', '抹茶'], format: 'video', publishedAt: NOW - 3 * DAY },
  { id: 'a-aged', title: '老白茶怎么存', tags: ['白茶', '存茶'], format: 'article', publishedAt: NOW - 5 * DAY },
  { id: 'p-cups', title: '杯子的三种厚度', tags: ['茶器'], format: 'poster', publishedAt: NOW - 8 * DAY },
  { id: 'a-cold', title: '冷泡一夜', tags: ['冲泡', '绿茶'], format: 'article', publishedAt: NOW - 9 * DAY },
];
/** One item per group and day, also on request, and quiet hours at night. */
export const CONFIG = {
  cadence: [{ per: 'group', count: 1, every: 'day', occasions: ['push', 'reply'] }],
  quietHours: [{ from: '22:00', to: '08:00' }],
  utcOffsetMinutes: 480,
};

const root = mkdtempSync(join(tmpdir(), 'nextpick-bot-'));
after(() => rmSync(root, { recursive: true }));

/** Creates a temporary folder, removed after all tests. */
export const stateFolder = () => mkdtempSync(join(root, 'state-'));
