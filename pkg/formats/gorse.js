/**
 * @file Gorse's users, items and feedback, in both directions.
 *
 * As https://gorse.io/docs/concepts/data-source has them: `Labels` are a list of names or any JSON; ids and categories hold no slash.
 * A user's and an item's labels become tags, attributes and facets as far as they are names; the rest of them is kept in `data.Labels`.
 */

import { NextpickError } from '../error.js';
import { isName, isNamespace, isObject, kept, kindOf, namesIn, needed, record, text, time, number, weightsIn } from './fields.js';
import { isoOf, ours } from './ours.js';

/** Fields of an item that are one name: labels of the same name stand for them. */
const NAMED = ['category', 'format', 'source', 'lang', 'stage', 'play', 'role'];
/** No namespaces of the host's own. */
const TAKEN = new Set([...NAMED, 'tag', 'tags']);
/** Fields of Gorse's that an import keeps in `data`. */
const RETURNED = new Set(['Comment', 'Subscribe', 'Updated', 'Labels']);
/** What Gorse has no place for. */
const ONLY_OURS = {
  items: ['text', 'durationMs', 'products', 'value', 'startsAt', 'expiresAt', 'audience', 'caps', 'pinned'],
  users: ['joinedAt', 'personalised'],
  interactions: ['id', 'group', 'decision', 'channel', 'position', 'target', 'context'],
};

/** A row of any of the three, told apart by its ids: what sort of record it is, and the record. */
export function fromGorse(row, options) {
  const { FeedbackType, ItemId, UserId } = record(row);
  if (FeedbackType !== undefined) return { sort: 'interactions', record: fromGorseFeedback(row, options) };
  if (ItemId !== undefined) return { sort: 'items', record: fromGorseItem(row) };
  if (UserId !== undefined) return { sort: 'users', record: fromGorseUser(row) };
  throw NextpickError.invalid('row', 'feedback, an item or a user (FeedbackType, ItemId or UserId)', row);
}

/** Feedback as an interaction. */
export function fromGorseFeedback(row, { kinds } = {}) {
  const { FeedbackType, UserId, ItemId, Timestamp, Value, ...rest } = record(row);
  return kept({
    user: needed(text(UserId, 'UserId'), 'UserId'),
    item: needed(text(ItemId, 'ItemId'), 'ItemId'),
    kind: kindOf(kinds, needed(text(FeedbackType, 'FeedbackType'), 'FeedbackType')),
    at: needed(moment(Timestamp), 'Timestamp'),
    value: number(Value, 'Value'),
    data: kept(told(rest)),
  });
}

export function fromGorseUser(row) {
  const { UserId, Labels, ...rest } = record(row);
  const { tags, others } = labelled(Labels);
  const attributes = Object.fromEntries(Object.entries(others).filter(([name, value]) => isName(name) && (isName(value) || Number.isFinite(value))));
  const unread = without(others, attributes);
  return kept({ id: needed(text(UserId, 'UserId'), 'UserId'), tags, attributes: kept(attributes), data: kept({ ...told(rest), Labels: unread }) });
}

/** The first category is the item's, further ones are its facet `categories`; the comment, which Gorse's dashboard shows, is its title. */
export function fromGorseItem(row) {
  const { ItemId, IsHidden, Categories, Timestamp, Labels, Comment, ...rest } = record(row);
  const [category, ...further] = categoriesIn(Categories);
  const { tags, others } = labelled(Labels);
  const named = Object.fromEntries(NAMED.filter((field) => isName(others[field])).map((field) => [field, others[field]]));
  const facets = {};
  for (const [space, value] of Object.entries(others)) {
    const names = isName(value) ? [value] : (namesIn(value) ?? weightsIn(value));
    if (names && !TAKEN.has(space) && isNamespace(space)) facets[space] = names;
  }
  if (further.length) facets.categories ??= further;
  return kept({
    id: needed(text(ItemId, 'ItemId'), 'ItemId'),
    title: text(Comment, 'Comment'),
    tags,
    facets: kept(facets),
    category,
    ...named,
    publishedAt: moment(Timestamp),
    hidden: hidden(IsHidden),
    data: kept({ ...told(rest), Labels: without(others, { ...named, ...facets }) }),
  });
}

/** A moment; Go's zero stands for none. */
function moment(value) {
  return typeof value === 'string' && value.startsWith('0001-01-01T00:00:00') ? undefined : time(value, 'Timestamp');
}

function hidden(value) {
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return true;
  throw NextpickError.invalid('IsHidden', 'true or false', value);
}

function categoriesIn(value) {
  const names = namesIn(value ?? []);
  if (!names) throw NextpickError.invalid('Categories', 'a list of names', value);
  return names;
}

/** Labels as tags, and what else they hold by name. */
function labelled(labels) {
  if (labels === undefined || labels === null || labels === '') return { others: {} };
  const names = isName(labels) ? [labels] : namesIn(labels);
  if (names) return { tags: names.length ? names : undefined, others: {} };
  if (!isObject(labels)) return { others: { labels } };
  const { tags, ...others } = labels;
  const ours = namesIn(tags) ?? weightsIn(tags);
  return ours ? { tags: ours, others } : { others: labels };
}

/** Gorse writes empty texts and lists for what there is none of. */
const told = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && !(Array.isArray(value) && !value.length)));

const without = (fields, taken) => kept(Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(taken, name))));

/**
 * An interaction as feedback; `undefined` where Gorse cannot have it: it needs a user and an item.
 * `leftOut` is told what of it Gorse has no place for.
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

export function toGorseUser(user, { leftOut = () => {} } = {}) {
  const { id, tags, attributes, data, ...rest } = ours('user', user);
  if (slashed(id)) return refused(leftOut, 'a user with a slash in the id');
  losing(leftOut, 'users', rest);
  const { Labels, ...own } = returned(data, leftOut);
  return { UserId: id, Labels: labelsOf(tags, { ...attributes, ...Labels }), Subscribe: [], Comment: '', ...own };
}

/** A category's first part is what Gorse filters by; the whole path, the tags and the facets are labels. */
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
  const others = { ...named, ...(first !== category && { category }), ...spaces, ...(categories && !filtered && { categories }), ...Labels };
  return {
    ItemId: id,
    IsHidden: isHidden ?? false,
    Categories: [...(first ? [first] : []), ...(filtered ?? [])],
    Timestamp: publishedAt === undefined ? '' : isoOf(publishedAt),
    Labels: labelsOf(tags, others),
    Comment: title ?? '',
    ...own,
  };
}

const slashed = (name) => name.includes('/');

/** A plain list where tags are all there is. */
function labelsOf(tags, others) {
  if (!Object.keys(others).length && (tags === undefined || Array.isArray(tags))) return tags ?? [];
  return kept({ tags, ...others }) ?? [];
}

/** What an import had kept of Gorse's own fields. */
function returned(data, leftOut) {
  if (data === undefined) return {};
  const own = Object.entries(isObject(data) ? data : {}).filter(([field]) => RETURNED.has(field));
  if (!isObject(data) || Object.keys(data).length > own.length) leftOut('data');
  return Object.fromEntries(own);
}

function refused(leftOut, what) {
  leftOut(what);
  return undefined;
}

function losing(leftOut, sort, rest) {
  for (const field of ONLY_OURS[sort]) if (rest[field] !== undefined) leftOut(field);
}
