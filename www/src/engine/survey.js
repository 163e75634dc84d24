/**
 * @file Worker that examines files before they are loaded: columns, samples, kinds, doubts. It ends with the wizard.
 */

import { createRecommender } from 'nextpick';
import { FileError, LoadReport, readJsonFile, readRows } from 'nextpick/files';
import { recordsOf } from './reading.js';
import { readSent } from './sent.js';
import { serve } from './serve.js';

/** Rows shown before and after reading. */
const SAMPLE = 20;
/** Mistakes listed. */
const LISTED = 50;
/** Share of rows with unknown items from which they are reported as a doubt. */
const UNKNOWN = 0.01;
/** Encodings offered if none is detected, and lines shown of each. */
const ENCODINGS = ['gb18030', 'big5', 'utf-16le', 'windows-1252'];
const LINES = 3;
/** Doubts of the reader that need the operator's decision; others are notes. */
const DECIDE = new Set(['seconds', 'days', 'dates', 'early', 'late', 'list', 'rounded', 'duplicate']);
/** Days of a spreadsheet with a time of day, and fields that are times. */
const SERIAL = /^"?[1-9]\d{4}\.\d+"?$/;
const TIMES = /(At|^at)$/;
/** Columns that identify the type of a table, most specific first. @type {[string, RegExp][]} */
const SIGNS = [
  ['interactions', /^(kind|action|event|行为|动作|事件|互动类型)/i], ['groups', /^(members|成员|群成员|purpose|用途|chat_id)/i],
  ['items', /^(title|标题|素材|内容标题|publishedAt|发布时间)/i], ['users', /^(joinedAt|客户|用户|openid|unionid|external_userid|nickname|注册时间)/i],
];

/** Clock of the operator where no configuration names one, in minutes ahead of UTC. */
async function usualZone() {
  const recommender = await createRecommender();
  const { utcOffsetMinutes } = recommender.effectiveConfig();
  recommender.dispose();
  return utcOffsetMinutes;
}

serve({
  /** Returns the type of a file by its columns, if they identify it. */
  async guess({ file }) {
    try {
      const [first] = await rowsOf(file, {}, 1);
      const names = Object.keys(first ?? {});
      return SIGNS.find(([, sign]) => names.some((name) => sign.test(name)))?.[0];
    } catch {
      return undefined;
    }
  },

  /** Reads all files under their plans, and reports doubts for the operator. `known`: existing items. */
  async survey({ files, plans, now, known = [] }, work) {
    const surveys = {};
    const [items, users] = [new Set(known), new Set()];
    const sorts = ['config', 'operations', 'channels', 'users', 'groups', 'items', 'sent', 'interactions'].filter((sort) => files[sort]);
    let zone = await usualZone();
    for (const [done, sort] of sorts.entries()) {
      const { file } = files[sort];
      const onProgress = (read, total) => work.progress({ file: file.name, done: done + read / (total || 1), total: sorts.length });
      if (sort === 'config' || sort === 'operations') {
        const { survey, value } = await json(file);
        surveys[sort] = survey;
        zone = value?.utcOffsetMinutes ?? zone;
      } else if (sort === 'sent') surveys[sort] = await sentSurvey(file, users);
      else surveys[sort] = await surveyOf({ file, sort, plan: plans[sort] ?? {}, now, zone, items: items.size || files.items ? items : undefined, users, work, onProgress });
    }
    return { surveys, users: [...users] };
  },
});

async function rowsOf(file, read, most) {
  const rows = [];
  for await (const batch of readRows(file, { name: file.name, ...read, onBadRow() {} })) {
    rows.push(...batch.slice(0, most - rows.length).map(({ value }) => value));
    if (rows.length >= most) break;
  }
  return rows;
}

/** Examines sent messages. @param {Set<string>} users Receives their recipients. */
async function sentSurvey(file, users) {
  const problems = [];
  let problemCount = 0;
  const onBadRow = (error) => {
    problemCount += 1;
    if (problems.length < LISTED) problems.push(plain(error));
  };
  const none = { columns: [], raw: [], doubts: [], kinds: [] };
  try {
    const rows = await readSent(file, { name: file.name, onBadRow });
    for (const { sent } of rows) if (sent.subject?.user !== undefined) users.add(sent.subject.user);
    return { ...none, read: rows.slice(0, SAMPLE).map(({ sent }) => sent), records: rows.length, problems, problemCount };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { ...none, read: [], records: 0, problems: [plain(error), ...problems], problemCount: problemCount + 1, failed: error.code };
  }
}

/** @returns {Promise<{ value?: any, survey: any }>} */
async function json(file) {
  try {
    return { value: await readJsonFile(file, { name: file.name }), survey: { columns: [], raw: [], read: [], records: 1, problems: [], problemCount: 0, doubts: [], kinds: [] } };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { survey: { columns: [], raw: [], read: [], records: 0, problems: [plain(error)], problemCount: 1, failed: error.code, doubts: [], kinds: [] } };
  }
}

/** @param {any} mistake */
const plain = ({ file, row, field, code, rule, value, problem, message }) => ({ file, row, field, code, rule, value, problem, message });

async function surveyOf({ file, sort, plan, now, zone, items, users, work, onProgress }) {
  const report = new LoadReport({ now });
  const problems = [];
  let [problemCount, records, empty, undated, unknown] = [0, 0, 0, 0, 0];
  const [read, kinds, unknownItems, twice, left] = [[], new Map(), [], [], {}];
  const serial = [];
  const onBadRow = (error) => {
    // A day of a spreadsheet with its time is no bad row, but a doubt.
    if (SERIAL.test(error.value) && TIMES.test(error.field)) return void serial.push(error);
    problemCount += 1;
    if (problems.length < LISTED) problems.push(plain(error));
  };
  const look = {
    items({ record }) {
      items?.add(record.id);
      if (!record.title?.trim()) empty += 1;
      if (record.publishedAt === undefined) undated += 1;
    },
    users: ({ record }) => users.add(record.id),
    groups: ({ record }) => record.members?.forEach((member) => users.add(member?.user ?? member)),
    interactions({ record, row }) {
      if (record.user !== undefined) users.add(record.user);
      if (record.item === undefined || !items || items.has(record.item)) return;
      unknown += 1;
      if (unknownItems.length < 3) unknownItems.push({ row, value: record.item });
    },
  }[sort];
  let [failed, raw, lines] = [undefined, [], undefined];
  try {
    raw = await rowsOf(file, plan.read, SAMPLE);
    // Kinds are counted as the file names them.
    for await (const batch of recordsOf(file, { name: file.name, sort, zone, report, onBadRow, signal: work.signal, onProgress, plan: { ...plan, kinds: {} }, left, now, onMember: (group, value) => twice.push({ value: `${group}: ${value}` }) })) {
      for (const one of batch) {
        const { record } = one;
        records += 1;
        if (read.length < SAMPLE) read.push(record);
        look?.(one);
        if (sort === 'interactions') kinds.set(record.kind, (kinds.get(record.kind) ?? 0) + 1);
      }
      await work.breathe();
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    failed = error.code;
    problemCount += 1;
    problems.unshift(plain(error));
    if (error.code === 'encoding') lines = await decodings(file);
  }
  const doubts = report.doubts.filter(({ kind }) => DECIDE.has(kind)).map(({ kind, field, count, examples }) => ({ kind, field, count, examples }));
  doubts.push(...serialDoubts(serial));
  const add = (kind, count, examples = []) => count && doubts.push({ kind, field: undefined, count, examples });
  add('emptyTitle', empty);
  add('undated', records && undated === records ? undated : 0);
  add('member', twice.length, twice.slice(0, 3));
  add('item', unknown > UNKNOWN * records ? unknown : 0, unknownItems);
  return {
    columns: columnsOf(raw, plan.read?.as, report.doubts), raw, read, records, problems, problemCount, failed, lines, doubts, left,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
    assumed: report.doubts.filter(({ kind }) => ['encoding', 'separator', 'zone', 'sheet'].includes(kind)).map(({ kind, as, field, count }) => ({ kind, as, field, count })),
  };
}

/** Returns the doubts about values that look like days of a spreadsheet, by field. */
function serialDoubts(serial) {
  return [...new Set(serial.map((error) => error.field))].map((field) => {
    const rows = serial.filter((error) => error.field === field);
    return { kind: 'serial', field, count: rows.length, examples: rows.slice(0, 3).map(({ row, value }) => ({ row, value: value.replaceAll('"', '') })) };
  });
}

/** Returns the columns of some rows, with the fields that they are read as. */
function columnsOf(raw, as, doubts) {
  const renamed = new Map(doubts.filter(({ kind }) => kind === 'renamed').map((doubt) => [doubt.field, doubt.as]));
  const own = new Set(doubts.filter(({ kind }) => kind === 'unknown').map(({ field }) => field));
  const names = [...new Set(raw.flatMap((row) => (row && typeof row === 'object' ? Object.keys(row) : [])))];
  return names.map((name) => ({ name, field: as?.[name] ?? renamed.get(name) ?? (own.has(name) ? `data.${name}` : name), isOwn: own.has(name) }));
}

/** The first lines of a file in several encodings, for a person to choose. */
async function decodings(file) {
  const head = new Uint8Array(await file.slice(0, 600).arrayBuffer());
  return ENCODINGS.map((encoding) => ({ encoding, lines: new TextDecoder(encoding).decode(head).split(/\r?\n/).slice(0, LINES) }));
}
