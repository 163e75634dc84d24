// The doors that take bytes or others' records: snapshots, merges, models, importers, tables of files, and what a bot hears.
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { Talk } from '../../hosts/bot/index.js';
import { FileError, offer, readRecords } from '../../pkg/files/index.js';
import { fromGa4Event, fromGorse, fromTrack, tableReader } from '../../pkg/formats/index.js';
import { createRecommender, fit, loadRecommender } from '../../pkg/node.js';
import { bentText, opening, some, verb } from './doors.mjs';
import { Draw, T, Words } from './draw.mjs';
import { Failure, Stage, checked, play, unsound } from './play.mjs';
import { altered, payloadOf, sealed } from './seal.mjs';

/** Number of valid worlds altered in turn: the same in every run. */
const WORLDS = 12;
const kept = new Map();

/** The snapshot of a sound world. */
async function snapshotOf(n) {
  if (!kept.has(n)) {
    const words = new Words(new Draw(n));
    const rec = await createRecommender({ config: words.config() });
    for (const [verb, ...given] of [...opening(words), ['accept', words.sent()]]) {
      try {
        rec[verb](...given);
      } catch {
        // Inputs refused by this build are left out.
      }
    }
    kept.set(n, rec.toSnapshot());
    rec.dispose();
  }
  return kept.get(n);
}

/** A model that was fitted to a small log. */
let fitted;
async function model() {
  if (!fitted) {
    const draw = new Draw(1);
    const items = Array.from({ length: 8 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 3}`], publishedAt: T - 1e9 }));
    const events = Array.from({ length: 400 }, (_, i) => ({ user: `u${draw.below(20)}`, item: `i${draw.below(8)}`, kind: draw.of(['impression', 'click', 'like']), at: T - (400 - i) * 3_600_000 }));
    fitted = (await fit({ items, events })).model;
  }
  return fitted;
}

/** Bytes as the envelope lets them in; now and then damaged in the envelope itself. */
function mended(sound, draw) {
  if (draw.chance(0.1)) return altered(sound, draw);
  return sealed(sound, altered(payloadOf(sound), draw));
}

async function loaded({ bytes, steps }, told) {
  const { answer: rec, refusal } = await checked('loadRecommender', () => loadRecommender(bytes), told);
  if (refusal) {
    told?.refused();
    if (refusal.code !== 'snapshot') throw new Failure('refusal', `loadRecommender: expected the code snapshot, got ${refusal.code} (${refusal.message})`);
    return;
  }
  const stage = new Stage(rec, told);
  try {
    await stage.end();
    for (const step of steps) stage.step(step);
    await stage.end();
  } finally {
    rec.dispose();
  }
}

const READERS = {
  ga4: (row) => fromGa4Event(row).map((record) => ['interactions', record]),
  track: (row) => fromTrack(row).map((record) => ['interactions', record]),
  gorse: (row) => [fromGorse(row)].map(({ sort, record }) => [sort, record]),
  table: (row) => [['interactions', tableReader({ map: { user: 'openid' }, seconds: true })(row)]],
};

const rowsOf = {
  ga4: ({ draw, ...words }) => ({ event_name: draw.of(['select_item', 'purchase', 'view_item', 'scroll']), event_timestamp: String(words.near() * 1000), user_id: words.user(), items: [{ item_id: words.item(), price: 5 }] }),
  track: ({ draw, ...words }) => ({ type: 'track', event: draw.of(['Product Clicked', 'Order Completed', 'Other']), messageId: `m${draw.below(99)}`, userId: words.user(), timestamp: new Date(words.near()).toISOString(), properties: { products: [{ product_id: words.item(), price: 1 }] } }),
  gorse: ({ draw, ...words }) => draw.of([
    { FeedbackType: 'star', UserId: words.user(), ItemId: words.item(), Timestamp: new Date(words.near()).toISOString(), Value: 1 },
    { UserId: words.user(), Labels: { tags: ['tea'], age: 3, x: { y: [] } } },
    { ItemId: words.item(), IsHidden: false, Categories: ['a', 'b'], Timestamp: '2026-01-01T00:00:00Z', Labels: ['tea'], Comment: 'x' },
  ]),
  table: ({ draw, ...words }) => ({ openid: words.user(), item: words.item(), kind: words.kind(), at: draw.of([words.near(), Math.floor(words.near() / 1000), '2026-03-01', '1.5']), other: 'x' }),
};

async function imported({ format, rows }, told) {
  const rec = await createRecommender();
  const stage = new Stage(rec, told);
  try {
    for (const row of rows) {
      const { answer, refusal } = checked(format, () => READERS[format](row), told);
      if (refusal) told?.refused();
      for (const [sort, record] of answer ?? []) stage.step([sort === 'interactions' ? 'observe' : `put${sort[0].toUpperCase()}${sort.slice(1)}`, sort === 'interactions' ? record : [record]]);
    }
    await stage.end();
  } finally {
    rec.dispose();
  }
}

/** A file of records in one of the formats, with a few of its letters or bytes changed. */
function table(words, n) {
  const { draw } = words;
  const sort = draw.of(['items', 'users', 'interactions']);
  const records = some(draw, 1, 8, words[sort]);
  const cell = (value) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  const names = [...new Set(records.flatMap(Object.keys))];
  // Each Parquet or Arrow file takes a worker of its own, which takes longer than a hundred of the others.
  const format = n % 200 === 0 ? 'parquet' : n % 200 === 100 ? 'arrow' : draw.of(['csv', 'jsonl', 'json']);
  if (format === 'parquet') {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: names.map((name) => ({ name, data: records.map((record) => cell(record[name])), type: 'STRING' })) }));
    return { sort, name: 'x.parquet', bytes: altered(bytes, draw) };
  }
  if (format === 'arrow') {
    const columns = Object.fromEntries(names.map((name) => [name, records.map((record) => cell(record[name]))]));
    return { sort, name: 'x.arrow', bytes: altered(tableToIPC(tableFromArrays(columns), draw.of(['file', 'stream'])), draw) };
  }
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = {
    csv: () => [names, ...records.map((record) => names.map((name) => quoted(cell(record[name]))))].map((row) => row.join(',')).join('\n'),
    jsonl: () => records.map((record) => JSON.stringify(record)).join('\n'),
    json: () => JSON.stringify(records),
  }[format]();
  const bytes = new TextEncoder().encode(bentText(text, draw));
  return { sort, name: `x.${format}`, bytes: draw.chance(0.2) ? altered(bytes, draw) : bytes };
}

async function readTable({ sort, name, bytes }, told) {
  const rec = await createRecommender();
  const put = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  const onBadRow = () => told?.refused();
  told?.count();
  const start = process.cpuUsage();
  try {
    for await (const batch of readRecords(bytes, { sort, name, onBadRow, limits: { seconds: 1 } })) {
      offer(batch, (records) => rec[put](records), { name, onBadRow });
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error.code === 'broken' ? new Failure('trap', error.message, error) : error;
    told?.refused();
  }
  const { user } = process.cpuUsage(start);
  // The required deadline for a damaged table is one second.
  if (user > (/parquet|arrow/.test(name) ? 4e6 : 1e6)) throw new Failure('slow', `${name} took ${user / 1e6} s of CPU time`);
  await new Stage(rec, told).end();
  rec.dispose();
}

const SAYINGS = ['/next', '下一条', '/tags', '我的标签 屏蔽 茶', '/tags block tea', '/tags remove ', '/forget', '/off', '/on', '/help', '/start', '喜欢', 'great', '❤️', '/next@bot', '', ' ', '\u0000', 'x'.repeat(5000), '__proto__', '/tags unblock constructor'];

function chat(words) {
  const { draw } = words;
  const who = () => ({ id: `m${draw.below(60)}`, user: words.user(), ...(draw.chance(0.5) && { group: words.group() }), at: draw.chance(0.9) ? T + draw.below(9) * 3_600_000 : words.time() });
  const steps = some(draw, 4, 20, () => draw.of([
    () => ['hear', { ...who(), text: draw.of(SAYINGS), ...(draw.chance(0.3) && { quoted: '$last' }) }],
    () => ['press', { ...who(), data: draw.of(['$button', '$button', '$button', 'x', '', '💥'.repeat(40)]) }],
    () => ['joined', { ...who(), group: words.group() }],
    () => ['left', { user: words.user(), group: words.group() }],
    () => ['open', { link: draw.of(['$last', 'https://x/']), user: words.user(), at: T }],
    () => ['tick', T + draw.below(48) * 1_800_000],
  ])());
  return { items: some(draw, 1, 5, words.items).map(({ id, tags }) => ({ id, title: 'x', tags })), steps };
}

async function heard({ items, steps }, told) {
  const rec = await createRecommender({ items, config: { repeats: 'always' } });
  const said = [];
  const send = async (...given) => void said.push(given.at(-1));
  const log = ({ event, error }) => {
    if (event === 'failed' && /TypeError|undefined|is not a|broken|unreachable/.test(error)) throw new Failure('error', `the bot failed within: ${error}`);
  };
  const talk = new Talk(rec, { log, send, now: () => T, schedule: ['10:00'], link: 'https://x/{token}' });
  try {
    for (const [verb, told_] of steps) {
      const last = said.findLast(({ buttons }) => buttons.length);
      const fill = (value) => (value === '$last' ? (last?.text ?? '') : value === '$button' ? (last?.buttons[0].data ?? 'x') : value);
      const given = typeof told_ === 'object' ? Object.fromEntries(Object.entries(told_).map(([name, value]) => [name, fill(value)])) : told_;
      const { refusal } = await checked(verb, () => talk[verb](given, send), told);
      if (refusal) told?.refused();
    }
    for (const { text, buttons } of said) {
      if (typeof text !== 'string' || /undefined|NaN|\[object/.test(text)) throw new Failure('lost', `the bot said ${JSON.stringify(text)}`);
      if (buttons.some(({ data }) => Buffer.byteLength(data) > 64)) throw new Failure('lost', 'a button has more than 64 bytes');
    }
    const wrong = unsound(rec.stats());
    if (wrong) throw new Failure('number', wrong);
    await new Stage(rec, told).end();
  } finally {
    rec.dispose();
  }
}

export const OTHERS = {
  snapshots: {
    share: 2,
    draw: async (words) => ({ bytes: mended(await snapshotOf(words.draw.below(WORLDS)), words.draw), steps: some(words.draw, 2, 8, () => verb(words)) }),
    play: loaded,
  },
  merges: {
    share: 0.5,
    draw: async (words) => {
      const other = await snapshotOf(words.draw.below(WORLDS));
      return { steps: [...opening(words), ['merge', words.draw.chance(0.5) ? other : mended(other, words.draw)], ...some(words.draw, 1, 5, () => verb(words))] };
    },
    play,
  },
  models: {
    share: 1,
    draw: async (words) => ({ steps: [...opening(words), ['useModel', mended(await model(), words.draw)], ...some(words.draw, 2, 6, () => verb(words)), ['recommend', words.request()]] }),
    play,
  },
  importers: {
    share: 0.7,
    draw: (words) => {
      const format = words.draw.of(Object.keys(READERS));
      const row = () => rowsOf[format](words);
      return { format, rows: some(words.draw, 1, 8, () => (words.draw.chance(0.5) ? words.bent(row()) : row())) };
    },
    play: imported,
  },
  tables: { share: 0.5, draw: table, play: readTable },
  bot: { share: 0.7, draw: chat, play: heard, neverRefuses: true },
};
