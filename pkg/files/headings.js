/** @file Maps a column or key to a field: by its name, by a usual synonym, or not at all. */

import { trimmed } from './absent.js';
import { CellError } from './cells.js';
import { unquoted } from './ids.js';
import { SORTS } from './schema.js';

/** Usual other names, by record type and field. Case, spaces, `_` and `-` make no difference. @type {Record<string, Record<string, string[]>>} */
const SYNONYMS = {
  items: {
    id: ['ID', 'item_id', '编号', '内容编号', '内容ID', '素材编号', '素材ID', '文章编号', '文章ID', '商品编号', '商品ID', '物料编号', '物料ID'],
    title: ['标题', '名称', '内容标题', '素材标题', '文章标题', '商品名称'], text: ['正文', '文案'], tags: ['标签', '内容标签'], category: ['分类', '类目', '品类'],
    format: ['格式', '形式'], source: ['来源'], lang: ['语言'], stage: ['阶段'], products: ['关联商品'], cycleDays: ['复购周期', '使用周期'],
    publishedAt: ['发布时间', '发布日期', '上线时间', '上架时间'], startsAt: ['开始时间', '生效时间', '开始日期'],
    expiresAt: ['结束时间', '过期时间', '失效时间', '到期时间', '截止时间', '下架时间', '下线时间', '结束日期', '截止日期', '有效期至'], pinned: ['置顶', '是否置顶'], hidden: ['隐藏', '是否隐藏'],
  },
  users: {
    id: ['ID', 'user_id', 'uid', '编号', '用户', '用户编号', '用户ID', '客户编号', '客户ID', '会员编号', '会员ID'], tags: ['标签', '用户标签', '客户标签'],
    joinedAt: ['加入时间', '注册时间', '添加时间', '加入日期', '注册日期'],
  },
  groups: {
    id: ['ID', 'group_id', '编号', '群', '群编号', '群ID', '群号', '群聊ID'], members: ['成员', '群成员'], tags: ['标签', '群标签'], purpose: ['用途'], channel: ['账号', '渠道'],
    createdAt: ['建群时间', '创建时间', '建群日期'],
  },
  channels: { id: ['ID', 'channel_id', '编号', '账号', '账号编号', '账号ID', '渠道编号', '渠道ID'], tags: ['标签'] },
  interactions: {
    id: ['ID', '编号', '互动编号', '记录编号'], user: ['user_id', 'uid', '用户', '用户编号', '用户ID', '客户', '客户编号', '客户ID', '会员编号', '会员ID'],
    group: ['group_id', '群', '群聊', '群编号', '群ID', '群号', '群聊ID'],
    item: ['item_id', '内容', '内容编号', '内容ID', '素材', '素材编号', '素材ID', '文章', '文章编号', '文章ID', '商品', '商品编号', '商品ID', '物料', '物料编号', '物料ID'],
    kind: ['action', 'behavior', 'behaviour', 'event_type', '行为', '行为类型', '动作', '互动', '互动类型', '操作'],
    at: ['time', 'timestamp', 'datetime', 'event_time', '时间', '时间戳', '发生时间', '行为时间', '互动时间', '操作时间', '日期'],
    value: ['金额', '数值'], channel: ['channel_id', '账号', '渠道'], position: ['位置'], reference: ['order_no', 'order_id', '订单', '订单号', '订单编号'],
  },
  requests: {
    user: ['user_id', 'uid', '用户', '用户编号', '用户ID', '客户', '客户编号', '客户ID', '会员编号', '会员ID'], group: ['group_id', '群', '群聊', '群编号', '群ID', '群号', '群聊ID'],
    now: ['at', 'time', '时间'], count: ['数量'], channel: ['channel_id', '账号', '渠道'],
  },
};

/** Fields that restrict items, recipients or times: typing errors in their names are searched most carefully. */
const PROTECTIVE = new Set(['hidden', 'expiresAt', 'startsAt', 'publishedAt', 'audience', 'personalised', 'pinned', 'caps', 'members', 'joinedAt']);

/**
 * Normalises a name: without case, spaces, `_` and `-`.
 * @param {string} name
 */
const bare = (name) => (/[^\0-\x7f]/.test(name) ? name.normalize('NFKC') : name).toLowerCase().replace(/[\s_-]/g, '');

/** Fields by normalised name, by record type; built at the first use of a type. @type {Map<string, Map<string, string>>} */
const synonyms = new Map();

/**
 * @param {string} sort
 * @param {string} name
 * @returns {string | undefined}
 */
function synonymOf(sort, name) {
  if (!synonyms.has(sort)) synonyms.set(sort, new Map(Object.entries(SYNONYMS[sort] ?? {}).flatMap(([field, names]) => names.map((other) => [bare(other), field]))));
  return synonyms.get(sort)?.get(bare(name));
}

/** The target path and type of a column's values. @typedef {{ name: string, path: string[], type: import('./schema.js').Type, known: boolean, renamed?: boolean, unknown?: boolean }} Heading */

/**
 * Resolves the name of a column or key to a field.
 *
 * @param {string} sort
 * @param {string} name As the file has it, without padding.
 * @param {{ as?: Record<string, string>, allowUnknown?: boolean, has?: (name: string) => boolean }} [options] `as`: names that are to be read
 *   as fields; `has` returns true if the file has another column of that name: then no synonym is read as that field.
 * @returns {Heading}
 * @throws CellError for a near miss of a field, unless `allowUnknown`, and for a name that is no field of a sort without `data`.
 */
export function headingOf(sort, name, { as = {}, allowUnknown = false, has = () => false } = {}) {
  const rules = SORTS[sort];
  const wanted = Object.hasOwn(as, name) ? as[name] : name;
  const known = knownAs(rules, wanted);
  if (known) return known;
  const synonym = synonymOf(sort, wanted);
  if (synonym !== undefined && !has(synonym)) return { .../** @type {Heading} */ (knownAs(rules, synonym)), renamed: true };
  const near = synonym === undefined ? nearOf(rules, wanted) : undefined;
  if (near !== undefined && !allowUnknown) throw placed(wanted, `"${near}" (--allow-unknown, in code allowUnknown, takes it for a field of your own)`, JSON.stringify(wanted));
  if (rules.rest) return { name: wanted, path: [wanted], type: rules.rest, known: false };
  if (rules.keeps) return { name: wanted, path: ['data', wanted], type: 'own', known: false, unknown: true };
  throw placed(wanted, knownOf(rules), 'a column of your own');
}

/**
 * True if a sort of record has such a field.
 * @param {string} sort
 * @param {string} name
 */
export const fieldOf = (sort, name) => knownAs(SORTS[sort], name);

/**
 * True if a table of this sort is expected to have such a column.
 * @param {string} sort
 * @param {string} name
 * @param {Record<string, string>} [as]
 */
export const isExpected = (sort, name, as = {}) => Object.hasOwn(as, name.trim()) || knownAs(SORTS[sort], name.trim()) !== undefined || synonymOf(sort, trimmed(name)) !== undefined;

/**
 * @param {import('./schema.js').Sort} rules
 * @param {string} name
 * @returns {Heading | undefined}
 */
function knownAs({ fields, open }, name) {
  if (Object.hasOwn(fields, name)) return { name, path: name.startsWith('audience.') ? name.split('.') : [name], type: fields[name], known: true };
  const dot = name.indexOf('.');
  const root = name.slice(0, Math.max(dot, 0));
  if (dot > 0 && dot < name.length - 1 && Object.hasOwn(open, root)) return { name, path: [root, name.slice(dot + 1)], type: open[root], known: false };
  return undefined;
}

/** @param {import('./schema.js').Sort} rules */
function knownOf({ fields, open }) {
  const free = Object.keys(open).map((root) => `${root}.…`);
  return `one of the columns ${[...Object.keys(fields), ...free].join(', ')}`;
}

/**
 * Returns the field from which a name differs by spelling, or by one or two letters.
 * @param {import('./schema.js').Sort} rules
 * @param {string} name
 */
function nearOf({ fields, open, rest }, name) {
  const [root, ...parts] = name.split('.');
  const words = wordsOf(root);
  const roots = [...new Set([...Object.keys(fields).filter((field) => !field.includes('.')), ...Object.keys(open)])];
  const near = roots.find((field) => isNear(bare(root), field, Boolean(rest)) && !isMore(words, wordsOf(field)));
  if (!parts.length) return near ?? Object.keys(fields).find((field) => field.includes('.') && bare(field.replaceAll('.', '')) === bare(name));
  // The first part of a dotted name decides alone: `audience.tag` can only be a typing error.
  if (near === undefined) return undefined;
  const dotted = [near, ...parts].join('.');
  return Object.keys(fields).find((field) => field.includes('.') && distance(bare(field), bare(dotted), 3) <= 2) ?? (Object.hasOwn(open, near) ? dotted : near);
}

/**
 * Returns the one of another format's fields from which a name differs by a letter.
 * @param {readonly string[]} fields
 * @param {string} name
 * @returns {string | undefined}
 */
export const nearAmong = (fields, name) => fields.find((field) => isNear(bare(name), field, false));

/**
 * @param {string} name
 * @param {string} field
 * @param {boolean} exact
 * @returns {boolean}
 */
function isNear(name, field, exact) {
  const other = bare(field);
  if (name === other) return true;
  // `title2` is a second title, not a typing error.
  if (exact || name.length < 3 || /\d$/.test(name)) return false;
  // Names of up to four letters resemble many words: only one letter more or less, or two swapped letters, are a typing
  // error.
  if (other.length <= 4) return (PROTECTIVE.has(field) || NEARLY.has(field)) && isSlip(name, other);
  return distance(name, other, 3) <= (PROTECTIVE.has(field) && other.length >= 6 ? 2 : 1);
}

/**
 * Splits a name into its words: `published_at`, `publishedAt`.
 * @param {string} name
 */
const wordsOf = (name) => name.replace(/([a-z])(?=[A-Z])/g, '$1_').toLowerCase().split(/[\s_-]+/).filter(Boolean);

/**
 * True if a name has all words of a field and more: `pinned_by` is no misspelling of `pinned`.
 * @param {string[]} words
 * @param {string[]} field
 */
const isMore = (words, field) => words.length > field.length && field.every((word, i) => words[i] === word);

/** Short fields without which a record means something else. */
const NEARLY = new Set(['tags', 'user', 'item', 'kind', 'data']);

/**
 * True for one letter more or less, or two neighbours exchanged.
 * @param {string} name
 * @param {string} other
 */
const isSlip = (name, other) => (name.length === other.length ? [...name].sort().join('') === [...other].sort().join('') : true) && distance(name, other, 2) === 1;

/**
 * Returns the edit distance: insertions, deletions, replacements and swaps of neighbouring letters; at most `most`.
 * @param {string} a
 * @param {string} b
 * @param {number} most
 * @returns {number}
 */
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) >= most) return most;
  /** @type {number[][]} */
  let [before, row] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return Math.min(row[b.length], most);
}

/**
 * Reads a table's header: the names without padding and spreadsheet quoting, and the positions of empty names.
 * @param {string[]} cells
 * @returns {{ names: string[], unnamed: number[] }}
 * @throws CellError for a name of two columns.
 */
export function headerOf(cells) {
  const names = cells.map((cell) => unquoted(trimmed(cell)) ?? trimmed(cell));
  /** @type {number[]} */
  const unnamed = [];
  names.forEach((name, i) => {
    if (name === '') unnamed.push(i);
    else if (names.indexOf(name) !== i) throw placed(name, 'each column once', 'it twice');
  });
  return { names, unnamed };
}

/**
 * Makes the error of a field; of a column by default.
 * @param {string | undefined} field
 * @param {string} rule
 * @param {string} found
 * @param {string} [code]
 */
export function placed(field, rule, found, code = 'column') {
  return Object.assign(new CellError(rule, found), { field, code });
}
