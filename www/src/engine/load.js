/**
 * @file Loads files into a recommender, and collects what the page shows. Every error keeps its file, row and field.
 */

import { NextpickError, createRecommender } from 'nextpick';
import { FileError, LoadReport, LogCheck, aheadOf, offer, readJsonFile, readRecords, trustedEnd } from 'nextpick/files';

/** In this order names are known before they are referenced; it changes no decision. */
const SORTS = ['channels', 'users', 'groups', 'items', 'interactions'];
/** Records put at once: few, so that a refused one is found quickly. */
const CHUNK = 4096;
/** Maximum number of errors listed; all are counted. */
const LISTED = 200;

/**
 * A file of the page: the operator's own, or an address of the sample's. @typedef {{ name: string, file?: Blob, url?:
 * string }} Source
 */

/** Errors with their places. */
class Problems {
  list = [];
  count = 0;

  /**
   * @param {{ file: string, row?: number, field?: string, problem: string }} mistake A FileError, or an object with its
   *   fields.
   */
  add({ file, row, field, problem }) {
    this.count += 1;
    if (this.list.length < LISTED) this.list.push({ file, row, field, problem });
  }
}

/**
 * Reads all files into a recommender.
 *
 * @param {Record<string, Source>} files By record type; `config` too.
 * @param {{ leaveOut: boolean, onProgress: (told: { file: string, rows: number }) => void }} options `leaveOut`:
 *   continue after bad rows.
 * @returns {Promise<{ recommender?: import('nextpick').Recommender, world?: object, problems: object[], problemCount:
 *   number, notes: { zh: string[], en: string[] } }>} `notes`: what was read and assumed, in the command line's words.
 */
export async function load(files, { leaveOut, onProgress }) {
  const problems = new Problems();
  const report = new LoadReport();
  const answer = (rest) => ({ ...rest, problems: problems.list, problemCount: problems.count, notes: { zh: report.notes('zh'), en: report.notes('en') } });
  const config = files.config && (await readConfig(files.config, problems));
  const recommender = problems.count ? undefined : await make(config, files.config, problems);
  if (!recommender) return answer({});
  const seen = new Seen();
  const reading = { problems, seen, report, onProgress, zone: recommender.effectiveConfig().utcOffsetMinutes, config };
  let whole = true;
  for (const sort of SORTS) {
    if (!files[sort]) continue;
    try {
      await readInto(recommender, sort, files[sort], reading);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      // The file as a whole, not a row, is bad: it cannot be left out silently.
      whole = false;
      problems.add(error);
    }
  }
  if (!whole || (problems.count && !leaveOut)) {
    recommender.dispose();
    return answer({ mayLeaveOut: whole });
  }
  return answer({ recommender, world: worldOf(recommender, seen, config) });
}

async function readConfig(source, problems) {
  try {
    return await readJsonFile(await open(source), { name: source.name });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    problems.add(error);
    return undefined;
  }
}

async function make(config, source, problems) {
  try {
    return await createRecommender({ config });
  } catch (error) {
    if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
    const found = error.value === '' || error.value === undefined ? '' : `, got ${error.value}`;
    problems.add({ file: source.name, field: error.path, problem: `expected ${error.rule}${found}` });
    return undefined;
  }
}

async function readInto(recommender, sort, source, { problems, seen, report, onProgress, zone, config }) {
  const bytes = await open(source);
  // A server may have decompressed a .gz: its content decides, not its name.
  const packed = new Uint8Array(await bytes.slice(0, 2).arrayBuffer());
  const isPacked = packed[0] === 0x1f && packed[1] === 0x8b;
  const name = isPacked ? source.name : source.name.replace(/\.gz$/i, '');
  const put = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  const onBadRow = (error) => problems.add(error);
  const check = new LogCheck(report, name, { config, isKnown: (id) => recommender.item(id) !== undefined });
  let [rows, duplicates, terms] = [0, 0, 0];
  for await (const batch of readRecords(bytes, { sort, name, zone, report, onBadRow })) {
    for (let at = 0; at < batch.length; at += CHUNK) {
      const { told, taken } = offer(batch.slice(at, at + CHUNK), (records) => recommender[put](records), { name: source.name, onBadRow });
      if (sort === 'interactions') {
        seen.log(taken);
        for (const { record, row } of taken) check.take(record, row);
      }
      duplicates += told?.duplicates ?? 0;
      terms += told?.termsLeftOut ?? 0;
      rows += taken.length;
    }
    onProgress({ file: source.name, rows });
  }
  report.doubt(name, 'terms').count += terms;
  if (sort !== 'interactions') return;
  const trusted = seen.end();
  check.end({ duplicates, ahead: aheadOf(seen.times, trusted), trusted });
}

async function open({ name, file, url }) {
  if (file) return file;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.blob();
}

/** Activity per subject and end of the log. */
class Seen {
  users = new Map();
  groups = new Map();
  times = [];

  log(rows) {
    for (const { record: { user, group, at } } of rows) {
      if (user) this.users.set(user, (this.users.get(user) ?? 0) + 1);
      if (group) this.groups.set(group, (this.groups.get(group) ?? 0) + 1);
      this.times.push(at);
    }
  }

  /** End of the log without outliers, used as the page's current time. */
  end() {
    return trustedEnd(Float64Array.from(this.times));
  }
}

/** Data for the page: plain and small enough to transfer. */
function worldOf(recommender, seen, config) {
  const items = recommender.items();
  const [groups, users, channels] = [recommender.groups(), recommender.users(), recommender.channels()];
  const named = (records, active, more) => {
    const known = new Set(records.map(({ id }) => id));
    const others = [...active.keys()].filter((id) => !known.has(id)).map((id) => ({ id }));
    return [...records, ...others].map((record) => ({ id: record.id, name: nameOf(record), active: active.get(record.id) ?? 0, ...more(record) }));
  };
  return {
    counts: { items: items.length, users: users.length, groups: groups.length, channels: channels.length, interactions: seen.times.length },
    offset: recommender.effectiveConfig().utcOffsetMinutes,
    end: seen.end(),
    objectives: Object.keys(config?.objectives ?? {}),
    items: items.map(({ id, title, format, category, publishedAt, pinned }) => ({ id, title, format, category, publishedAt, pinned })),
    groups: named(groups, seen.groups, ({ purpose, members, channel }) => ({ purpose, channel, members: members?.length ?? 0 })),
    users: named(users, seen.users, () => ({})),
    channels: channels.map((channel) => ({ id: channel.id, name: nameOf(channel) })),
  };
}

/** Display name: hosts keep it in attributes or in `data`. */
function nameOf({ id, attributes, data }) {
  const found = [attributes?.name, attributes?.nickname, data?.name, data?.nickname, data?.title].find((name) => typeof name === 'string' && name !== '');
  return found ?? id;
}
