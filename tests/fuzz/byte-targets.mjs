// Fuzz targets that read bytes, records of other systems or messages: snapshots, merges, models, importers, tables and the bot.
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { Talk } from '../../hosts/bot/index.js';
import { FileError, offer, readRecords } from '../../pkg/files/index.js';
import { fromGa4Event, fromGorse, fromTrack, tableReader } from '../../pkg/formats/index.js';
import { createRecommender, fit, loadRecommender } from '../../pkg/node.js';
import { listBetween, mutateText, randomStep, setupSteps } from './cases.mjs';
import { InputGenerator, NOW, Random } from './inputs.mjs';
import { CaseRunner, Failure, callChecked, findBadNumber, runCase } from './run-case.mjs';
import { mutateBytes, payloadOf, sealed } from './envelope.mjs';

/** Number of valid snapshots that are mutated. */
const WORLDS = 12;
const snapshots = new Map();

/** Returns the snapshot of a recommender that is filled from a seed. */
async function snapshotOf(n) {
  if (!snapshots.has(n)) {
    const inputs = new InputGenerator(new Random(n));
    const rec = await createRecommender({ config: inputs.config() });
    for (const [verb, ...given] of [...setupSteps(inputs), ['accept', inputs.sent()]]) {
      try {
        rec[verb](...given);
      } catch {
        // Inputs refused by this build are left out.
      }
    }
    snapshots.set(n, rec.toSnapshot());
    rec.dispose();
  }
  return snapshots.get(n);
}

let fitted;

/** Returns a model that was fitted to a small log. */
async function smallModel() {
  if (!fitted) {
    const random = new Random(1);
    const items = Array.from({ length: 8 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 3}`], publishedAt: NOW - 1e9 }));
    const events = Array.from({ length: 400 }, (_, i) => ({ user: `u${random.below(20)}`, item: `i${random.below(8)}`, kind: random.pick(['impression', 'click', 'like']), at: NOW - (400 - i) * 3_600_000 }));
    fitted = (await fit({ items, events })).model;
  }
  return fitted;
}

/** Mutates the payload and computes its checksum; mutates the envelope in a tenth of the cases. */
function mutateFile(valid, random) {
  if (random.chance(0.1)) return mutateBytes(valid, random);
  return sealed(valid, mutateBytes(payloadOf(valid), random));
}

async function runSnapshot({ bytes, steps }, counter) {
  const { answer: rec, refusal } = await callChecked('loadRecommender', () => loadRecommender(bytes), counter);
  if (refusal) {
    counter?.countRefusal();
    if (refusal.code !== 'snapshot') throw new Failure('refusal', `loadRecommender: expected the code snapshot, got ${refusal.code} (${refusal.message})`);
    return;
  }
  const runner = new CaseRunner(rec, counter);
  try {
    await runner.checkSnapshot();
    for (const step of steps) runner.runStep(step);
    await runner.checkSnapshot();
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

const ROW_GENERATORS = {
  ga4: ({ random, ...inputs }) => ({ event_name: random.pick(['select_item', 'purchase', 'view_item', 'scroll']), event_timestamp: String(inputs.recentTime() * 1000), user_id: inputs.user(), items: [{ item_id: inputs.item(), price: 5 }] }),
  track: ({ random, ...inputs }) => ({ type: 'track', event: random.pick(['Product Clicked', 'Order Completed', 'Other']), messageId: `m${random.below(99)}`, userId: inputs.user(), timestamp: new Date(inputs.recentTime()).toISOString(), properties: { products: [{ product_id: inputs.item(), price: 1 }] } }),
  gorse: ({ random, ...inputs }) => random.pick([
    { FeedbackType: 'star', UserId: inputs.user(), ItemId: inputs.item(), Timestamp: new Date(inputs.recentTime()).toISOString(), Value: 1 },
    { UserId: inputs.user(), Labels: { tags: ['tea'], age: 3, x: { y: [] } } },
    { ItemId: inputs.item(), IsHidden: false, Categories: ['a', 'b'], Timestamp: '2026-01-01T00:00:00Z', Labels: ['tea'], Comment: 'x' },
  ]),
  table: ({ random, ...inputs }) => ({ openid: inputs.user(), item: inputs.item(), kind: inputs.kind(), at: random.pick([inputs.recentTime(), Math.floor(inputs.recentTime() / 1000), '2026-03-01', '1.5']), other: 'x' }),
};

async function runImporter({ format, rows }, counter) {
  const rec = await createRecommender();
  const runner = new CaseRunner(rec, counter);
  try {
    for (const row of rows) {
      const { answer, refusal } = callChecked(format, () => READERS[format](row), counter);
      if (refusal) counter?.countRefusal();
      for (const [sort, record] of answer ?? []) runner.runStep([sort === 'interactions' ? 'observe' : `put${sort[0].toUpperCase()}${sort.slice(1)}`, sort === 'interactions' ? record : [record]]);
    }
    await runner.checkSnapshot();
  } finally {
    rec.dispose();
  }
}

/** Generates a file of records in one of the formats, with mutated text or bytes. */
function generateTable(inputs, n) {
  const { random } = inputs;
  const sort = random.pick(['items', 'users', 'interactions']);
  const records = listBetween(random, 1, 8, inputs[sort]);
  const cell = (value) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  const names = [...new Set(records.flatMap(Object.keys))];
  // Each Parquet or Arrow file starts a worker, which takes longer than reading a hundred other files.
  const format = n % 200 === 0 ? 'parquet' : n % 200 === 100 ? 'arrow' : random.pick(['csv', 'jsonl', 'json']);
  if (format === 'parquet') {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: names.map((name) => ({ name, data: records.map((record) => cell(record[name])), type: 'STRING' })) }));
    return { sort, name: 'x.parquet', bytes: mutateBytes(bytes, random) };
  }
  if (format === 'arrow') {
    const columns = Object.fromEntries(names.map((name) => [name, records.map((record) => cell(record[name]))]));
    return { sort, name: 'x.arrow', bytes: mutateBytes(tableToIPC(tableFromArrays(columns), random.pick(['file', 'stream'])), random) };
  }
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = {
    csv: () => [names, ...records.map((record) => names.map((name) => quoted(cell(record[name]))))].map((row) => row.join(',')).join('\n'),
    jsonl: () => records.map((record) => JSON.stringify(record)).join('\n'),
    json: () => JSON.stringify(records),
  }[format]();
  const bytes = new TextEncoder().encode(mutateText(text, random));
  return { sort, name: `x.${format}`, bytes: random.chance(0.2) ? mutateBytes(bytes, random) : bytes };
}

async function runTable({ sort, name, bytes }, counter) {
  const rec = await createRecommender();
  const put = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  const onBadRow = () => counter?.countRefusal();
  counter?.countCall();
  const start = process.cpuUsage();
  try {
    for await (const batch of readRecords(bytes, { sort, name, onBadRow, limits: { seconds: 1 } })) {
      offer(batch, (records) => rec[put](records), { name, onBadRow });
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error.code === 'broken' ? new Failure('trap', error.message, error) : error;
    counter?.countRefusal();
  }
  const { user } = process.cpuUsage(start);
  // The required deadline for a damaged table is one second.
  if (user > (/parquet|arrow/.test(name) ? 4e6 : 1e6)) throw new Failure('slow', `${name} took ${user / 1e6} s of CPU time`);
  await new CaseRunner(rec, counter).checkSnapshot();
  rec.dispose();
}

const MESSAGES = ['/next', '下一条', '/tags', '我的标签 屏蔽 茶', '/tags block tea', '/tags remove ', '/forget', '/off', '/on', '/help', '/start', '喜欢', 'great', '❤️', '/next@bot', '', ' ', '\u0000', 'x'.repeat(5000), '__proto__', '/tags unblock constructor'];

function generateChat(inputs) {
  const { random } = inputs;
  const sender = () => ({ id: `m${random.below(60)}`, user: inputs.user(), ...(random.chance(0.5) && { group: inputs.group() }), at: random.chance(0.9) ? NOW + random.below(9) * 3_600_000 : inputs.time() });
  const steps = listBetween(random, 4, 20, () => random.pick([
    () => ['onMessage', { ...sender(), text: random.pick(MESSAGES), ...(random.chance(0.3) && { quoted: '$last' }) }],
    () => ['onButton', { ...sender(), data: random.pick(['$button', '$button', '$button', 'x', '', '💥'.repeat(40)]) }],
    () => ['onJoin', { ...sender(), group: inputs.group() }],
    () => ['onLeave', { user: inputs.user(), group: inputs.group() }],
    () => ['onLink', { link: random.pick(['$last', 'https://x/']), user: inputs.user(), at: NOW }],
    () => ['tick', NOW + random.below(48) * 1_800_000],
  ])());
  return { items: listBetween(random, 1, 5, inputs.items).map(({ id, tags }) => ({ id, title: 'x', tags })), steps };
}

async function runChat({ items, steps }, counter) {
  const rec = await createRecommender({ items, config: { repeats: 'always' } });
  const messages = [];
  const send = async (...given) => void messages.push(given.at(-1));
  const log = ({ event, error }) => {
    if (event === 'failed' && /TypeError|undefined|is not a|broken|unreachable/.test(error)) throw new Failure('error', `the bot failed with a programming error: ${error}`);
  };
  const talk = new Talk(rec, { log, send, now: () => NOW, schedule: ['10:00'], link: 'https://x/{token}' });
  try {
    for (const [method, template] of steps) {
      const last = messages.findLast(({ buttons }) => buttons.length);
      const fill = (value) => (value === '$last' ? (last?.text ?? '') : value === '$button' ? (last?.buttons[0].data ?? 'x') : value);
      const given = typeof template === 'object' ? Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fill(value)])) : template;
      const { refusal } = await callChecked(method, () => talk[method](given, send), counter);
      if (refusal) counter?.countRefusal();
    }
    for (const { text, buttons } of messages) {
      if (typeof text !== 'string' || /undefined|NaN|\[object/.test(text)) throw new Failure('lost', `the bot sent ${JSON.stringify(text)}`);
      if (buttons.some(({ data }) => Buffer.byteLength(data) > 64)) throw new Failure('lost', 'a button has more than 64 bytes');
    }
    const wrong = findBadNumber(rec.stats());
    if (wrong) throw new Failure('number', wrong);
    await new CaseRunner(rec, counter).checkSnapshot();
  } finally {
    rec.dispose();
  }
}

/** Targets by name: `share` of all calls, `generate` for a case, `run` for its checks. */
export const BYTE_TARGETS = {
  snapshots: {
    share: 2,
    generate: async (inputs) => ({ bytes: mutateFile(await snapshotOf(inputs.random.below(WORLDS)), inputs.random), steps: listBetween(inputs.random, 2, 8, () => randomStep(inputs)) }),
    run: runSnapshot,
  },
  merges: {
    share: 0.5,
    generate: async (inputs) => {
      const other = await snapshotOf(inputs.random.below(WORLDS));
      return { steps: [...setupSteps(inputs), ['merge', inputs.random.chance(0.5) ? other : mutateFile(other, inputs.random)], ...listBetween(inputs.random, 1, 5, () => randomStep(inputs))] };
    },
    run: runCase,
  },
  models: {
    share: 1,
    generate: async (inputs) => ({ steps: [...setupSteps(inputs), ['useModel', mutateFile(await smallModel(), inputs.random)], ...listBetween(inputs.random, 2, 6, () => randomStep(inputs)), ['recommend', inputs.request()]] }),
    run: runCase,
  },
  importers: {
    share: 0.7,
    generate: (inputs) => {
      const format = inputs.random.pick(Object.keys(READERS));
      const row = () => ROW_GENERATORS[format](inputs);
      return { format, rows: listBetween(inputs.random, 1, 8, () => (inputs.random.chance(0.5) ? inputs.mutate(row()) : row())) };
    },
    run: runImporter,
  },
  tables: { share: 0.5, generate: generateTable, run: runTable },
  bot: { share: 0.7, generate: generateChat, run: runChat, neverRefuses: true },
};
