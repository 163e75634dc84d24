/**
 * @file Gorse's users, items and feedback, in both directions.
 *
 * Format: https://gorse.io/docs/concepts/data-source. `Labels` are a list of names or any JSON; ids and categories
 * contain no slash. Labels that are names become tags, attributes and facets; the rest is kept in `data.Labels`.
 */

import { NextpickError } from '../error.js';
import { isAbsent } from '../files/absent.js';
import {
  Spellings, flag, id, isName, isNamespace, isObject, jsonIn, kept, kindOf, names, namesIn, needed, number,
  object, text, time, weightsIn,
} from './fields.js';
import { Notes } from './notes.js';
import { isoOf, ours } from './ours.js';

/** Item fields with a single name, filled from labels of the same name. */
const NAMED = ['category', 'format', 'source', 'lang', 'stage', 'play', 'role'];
/** Reserved namespaces. */
const TAKEN = new Set([...NAMED, 'tag', 'tags']);
/**
 * Labels as fields of nextpick: tags, named labels, and unreadable values.
 * @typedef {{ tags?: string[] | Record<string, number>, others: Record<string, any>, unread?: unknown }} Labels
 */

/** Fields of each record type of Gorse. */
const FIELDS = {
  feedback: ['FeedbackType', 'UserId', 'ItemId', 'Timestamp', 'Value', 'Updated', 'Comment'],
  item: ['ItemId', 'IsHidden', 'Categories', 'Timestamp', 'Labels', 'Comment'],
  user: ['UserId', 'Labels', 'Subscribe', 'Comment'],
};
/** Fields of Gorse that an import keeps in `data`. */
const RETURNED = new Set(['Comment', 'Subscribe', 'Updated', 'Labels', 'Categories']);
/** Fields that Gorse cannot represent. */
const ONLY_OURS = {
  items: ['text', 'durationMs', 'products', 'value', 'cycleDays', 'startsAt', 'expiresAt', 'audience', 'caps', 'pinned'],
  users: ['joinedAt', 'personalised'],
  interactions: ['id', 'group', 'decision', 'channel', 'position', 'target', 'reference', 'context'],
};

/**
 * Converts a row of any record type, distinguished by its ids; returns the type and the record.
 *
 * The type is never guessed: a user and an item are feedback, which needs a type; fields of another record type are
 * refused, and so are columns that seem to name a user, an item or a type in another way.
 * @param {unknown} row
 * @param {import('./index.js').FromGorseOptions} [options]
 */
export function fromGorse(row, options = {}) {
  const { FeedbackType, ItemId, UserId } = SPELLINGS.read(row, options);
  if (FeedbackType !== undefined || (ItemId !== undefined && UserId !== undefined)) return { sort: 'interactions', record: fromGorseFeedback(row, options) };
  if (ItemId !== undefined) return { sort: 'items', record: fromGorseItem(row, options) };
  if (UserId !== undefined) return { sort: 'users', record: fromGorseUser(row, options) };
  throw NextpickError.invalid('row', 'feedback, an item or a user (FeedbackType, ItemId or UserId)', row);
}

/**
 * Converts feedback to an interaction.
 * @param {unknown} row
 * @param {import('./index.js').FromGorseOptions} [options]
 */
export function fromGorseFeedback(row, { kinds, ...noteOptions } = {}) {
  const notes = new Notes(noteOptions);
  const { FeedbackType, UserId, ItemId, Timestamp, Value, ...rest } = fieldsOf('feedback', row, noteOptions);
  return kept({
    user: needed(id(UserId, 'UserId', notes), 'UserId'),
    item: needed(id(ItemId, 'ItemId', notes), 'ItemId'),
    kind: kindOf(kinds, needed(id(FeedbackType, 'FeedbackType', notes), 'FeedbackType')),
    at: needed(moment(Timestamp, notes), 'Timestamp'),
    value: number(Value, 'Value'),
    data: kept(valued(rest)),
  });
}

/**
 * @param {unknown} row
 * @param {import('./index.js').FromGorseOptions} [options]
 */
export function fromGorseUser(row, options = {}) {
  const notes = new Notes(options);
  const { UserId, Labels, Subscribe, ...rest } = fieldsOf('user', row, options);
  const { tags, others, unread } = labelled(Labels, notes);
  const attributes = Object.fromEntries(Object.entries(others).filter(([name, value]) => isName(name) && (isName(value) || Number.isFinite(value))));
  return kept({
    id: needed(id(UserId, 'UserId', notes), 'UserId'),
    tags,
    attributes: kept(attributes),
    data: kept({ ...valued({ Subscribe: names(Subscribe, 'Subscribe', notes), ...rest }), Labels: unread ?? without(others, attributes) }),
  });
}

/**
 * The first category becomes the item's, further ones its facet `categories`; the comment, which Gorse's dashboard
 * shows, its title.
 * @param {unknown} row
 * @param {import('./index.js').FromGorseOptions} [options]
 */
export function fromGorseItem(row, options = {}) {
  const notes = new Notes(options);
  const { ItemId, IsHidden, Categories, Timestamp, Labels, Comment, ...rest } = fieldsOf('item', row, options);
  const categories = names(Categories, 'Categories', notes) ?? [];
  const [category, ...further] = categories;
  const { tags, others, unread } = labelled(Labels, notes);
  const own = Object.fromEntries(NAMED.filter((field) => isName(others[field])).map((field) => [field, others[field]]));
  /** @type {Record<string, string[] | Record<string, number>>} */
  const facets = {};
  for (const [space, value] of Object.entries(others)) {
    const found = isName(value) ? [value] : (namesIn(value) ?? weightsIn(value));
    if (found && !TAKEN.has(space) && isNamespace(space)) facets[space] = found;
  }
  // Labels in `NAMED` fill the fields; conflicting categories are kept as they are.
  const contradicted = (own.category && category && own.category.split('/')[0] !== category) || (facets.categories && further.length);
  if (further.length) facets.categories ??= further;
  return kept({
    id: needed(id(ItemId, 'ItemId', notes), 'ItemId'),
    title: text(Comment, 'Comment'),
    tags,
    facets: kept(facets),
    category,
    ...own,
    publishedAt: moment(Timestamp, notes),
    hidden: flag(IsHidden, 'IsHidden') || undefined,
    data: kept({ ...valued(rest), Categories: contradicted ? categories : undefined, Labels: unread ?? without(others, { ...own, ...facets }) }),
  });
}

/** Tables also use `item_id`, `time_stamp`. */
const SPELLINGS = new Spellings([...new Set(Object.values(FIELDS).flat())]);
/** Column names that mean a user, an item or a type, but are not Gorse's. */
/** @type {Record<string, RegExp>} */
const MISNAMED = { item: /^(users?|uid|user_?name|openid|feedback.*)$/i, user: /^(items?|iid|item_?name|feedback.*)$/i };
const RECORD = { feedback: 'feedback', item: 'an item', user: 'a user' };

/**
 * Returns the fields of one record type; throws for fields of another type or look-alikes.
 * @param {keyof typeof FIELDS} sort
 * @param {unknown} row
 * @param {import('./index.js').FromGorseOptions} options
 */
function fieldsOf(sort, row, options) {
  const fields = SPELLINGS.read(row, options);
  const notes = new Notes(options);
  for (const [field, value] of Object.entries(fields)) {
    if (FIELDS[sort].includes(field) || isAbsent(value)) continue;
    if (SPELLINGS.of(field) || MISNAMED[sort]?.test(field)) {
      throw NextpickError.invalid(field, `no such field in ${RECORD[sort]}, which has ${FIELDS[sort].join(', ')}`, value);
    }
    notes.doubted('unknown', field);
  }
  return fields;
}

/**
 * Returns a time; Go's zero time means none, and Go also writes a zone name after the offset.
 * @param {unknown} value
 * @param {import('./notes.js').Notes} notes
 */
function moment(value, notes) {
  if (typeof value !== 'string') return time(value, 'Timestamp', notes);
  if (/^\s*0001-01-01[T ]00:00:00/.test(value)) return undefined;
  return time(value.replace(/([-+]\d{4}) [A-Z]{1,5}\s*$/, '$1'), 'Timestamp', notes);
}

/**
 * Splits labels into tags, named labels, and the rest. A text is a cell: split by `|`, or JSON.
 * @param {unknown} labels
 * @param {import('./notes.js').Notes} notes
 * @returns {Labels}
 */
function labelled(labels, notes) {
  if (isAbsent(labels)) return { others: {} };
  const given = typeof labels === 'string' ? cellOf(labels, notes) : labels;
  const list = namesIn(given);
  if (list) return { tags: list.length ? list : undefined, others: {} };
  if (!isObject(given)) return { others: {}, unread: given };
  const { tags, ...others } = given;
  const ours = namesIn(tags) ?? weightsIn(tags);
  return ours ? { tags: ours, others } : { others: given };
}

/**
 * Parses labels in a cell: a JSON object, a list in any spelling, or a JSON list.
 * @param {string} cell
 * @param {import('./notes.js').Notes} notes
 */
function cellOf(cell, notes) {
  if (/^\s*\{/.test(cell)) return object(cell, 'Labels');
  const list = /^\s*\[/.test(cell) ? jsonIn(cell) : undefined;
  return list ?? names(cell, 'Labels', notes);
}

/**
 * Gorse writes empty texts and lists for missing values.
 * @param {Record<string, unknown>} fields
 */
const valued = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => !isAbsent(value) && !(Array.isArray(value) && !value.length)));

/**
 * @param {Record<string, unknown>} fields
 * @param {object} taken
 */
const without = (fields, taken) => kept(Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(taken, name))));

/**
 * Converts an interaction to feedback; `undefined` if Gorse cannot represent it: it needs a user and an item. `leftOut`
 * receives the omissions.
 * @param {unknown} interaction
 * @param {import('./index.js').ToGorseOptions} [options]
 */
export function toGorseFeedback(interaction, { kinds, leftOut = () => {} } = {}) {
  const { user, item, kind, at, value, data, ...rest } = ours('interaction', interaction);
  const name = kindOf(kinds, kind);
  if (!isName(name)) throw NextpickError.invalid(`kinds.${kind}`, 'a string of 1 to 256 bytes', name);
  if (user === undefined) return refused(leftOut, 'an interaction without a user');
  if (item === undefined) return refused(leftOut, 'an interaction without an item');
  if ([user, item, name].some(slashed)) return refused(leftOut, 'an interaction with a slash in an id');
  losing(leftOut, 'interactions', rest);
  const row = { FeedbackType: name, UserId: user, ItemId: item, Timestamp: isoOf(at), Value: value, Comment: '' };
  return kept({ ...row, ...returned(data, leftOut) });
}

/**
 * Converts a user; `undefined` if Gorse cannot represent it.
 * @param {unknown} user
 * @param {import('./index.js').ToGorseOptions} [options]
 */
export function toGorseUser(user, { leftOut = () => {} } = {}) {
  const { id, tags, attributes, data, ...rest } = ours('user', user);
  if (slashed(id)) return refused(leftOut, 'a user with a slash in the id');
  losing(leftOut, 'users', rest);
  const { Labels, ...own } = returned(data, leftOut);
  return { UserId: id, Labels: labelsOf(tags, attributes, Labels, leftOut), Subscribe: [], Comment: '', ...own };
}

/**
 * Gorse filters by the first part of a category; the whole path, tags and facets become labels.
 * @param {unknown} item
 * @param {import('./index.js').ToGorseOptions} [options]
 */
export function toGorseItem(item, { leftOut = () => {} } = {}) {
  const { id, title, tags, facets, category, publishedAt, hidden: isHidden, data, ...rest } = ours('item', item);
  if (slashed(id)) return refused(leftOut, 'an item with a slash in the id');
  losing(leftOut, 'items', rest);
  const { Labels, ...own } = returned(data, leftOut);
  const { categories, tags: taken, ...spaces } = facets ?? {};
  if (taken) leftOut('facets.tags');
  const filtered = namesIn(categories)?.some(slashed) === false && category !== undefined ? categories : undefined;
  const named = Object.fromEntries(NAMED.filter((field) => rest[field] !== undefined).map((field) => [field, rest[field]]));
  const [first] = category?.split('/') ?? [];
  const others = { ...named, ...(first !== category && { category }), ...spaces, ...(categories && !filtered && { categories }) };
  return {
    ItemId: id,
    IsHidden: isHidden ?? false,
    Categories: [...(first ? [first] : []), ...(filtered ?? [])],
    Timestamp: publishedAt === undefined ? '' : isoOf(publishedAt),
    Labels: labelsOf(tags, others, Labels, leftOut),
    Comment: title ?? '',
    ...own,
  };
}

/** @param {string} name */
const slashed = (name) => name.includes('/');

/**
 * A plain list if there are only tags; labels kept by an import are added, or stand alone.
 * @param {import('../index.js').Item['tags']} tags
 * @param {Record<string, unknown>} others
 * @param {unknown} before
 * @param {import('./index.js').LeftOut} leftOut
 * @returns {unknown}
 */
function labelsOf(tags, others, before, leftOut) {
  const all = { ...others, ...(isObject(before) && before) };
  const alone = !Object.keys(all).length && (tags === undefined || Array.isArray(tags));
  if (before === undefined || isObject(before)) return alone ? (tags ?? []) : (kept({ tags, ...all }) ?? []);
  if (alone && tags === undefined) return before;
  leftOut('data.Labels');
  return labelsOf(tags, others, undefined, leftOut);
}

/**
 * Returns Gorse's own fields that an import kept.
 * @param {unknown} data
 * @param {import('./index.js').LeftOut} leftOut
 * @returns {Record<string, any>}
 */
function returned(data, leftOut) {
  if (data === undefined) return {};
  const own = Object.entries(isObject(data) ? data : {}).filter(([field]) => RETURNED.has(field));
  if (!isObject(data) || Object.keys(data).length > own.length) leftOut('data');
  return Object.fromEntries(own);
}

/**
 * @param {import('./index.js').LeftOut} leftOut
 * @param {string} data
 */
function refused(leftOut, data) {
  leftOut(data);
  return undefined;
}

/**
 * @param {import('./index.js').LeftOut} leftOut
 * @param {keyof typeof ONLY_OURS} sort
 * @param {Record<string, unknown>} rest
 */
function losing(leftOut, sort, rest) {
  for (const field of ONLY_OURS[sort]) if (rest[field] !== undefined) leftOut(field);
}
