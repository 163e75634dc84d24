/**
 * @file Google Analytics 4: rows of its BigQuery export as JSON.
 *
 * The shape is that of https://support.google.com/analytics/answer/7029846 (times in microseconds, parameters as a list of keys and typed
 * values, whole numbers of 64 bits as text), the events those of https://support.google.com/analytics/answer/9267735.
 */

import { NextpickError } from '../error.js';
import { isAbsent, isNoValue } from '../files/absent.js';
import { oddityOf } from '../files/moments.js';
import { Spellings, first, id, idOf, isObject, jsonIn, kept, kindFor, list, needed, number, object, once, time } from './fields.js';
import { Notes } from './notes.js';

/**
 * What recommended events mean. `view_item` is a showing, as is a list that was seen: its click is `select_item`. What is left out
 * (carts, checkouts, scrolling, sessions) is no kind that ships; a host that has one for it says so.
 */
export const GA4_KINDS = Object.freeze({
  view_item: 'impression',
  view_item_list: 'impression',
  view_promotion: 'impression',
  select_content: 'click',
  select_item: 'click',
  select_promotion: 'click',
  add_to_wishlist: 'save',
  share: 'share',
  generate_lead: 'convert',
  purchase: 'convert',
  join_group: 'joined',
});

/** Parameters that name the item of an event without `items`, the first that has a value. */
const ITEM = ['item_id', 'content_id', 'promotion_id'];
/** What names an item within `items`. */
const LISTED_ITEM = ['item_id', 'item_name'];
/** Fields by which an event is read; warehouses rename columns. */
const SPELLINGS = new Spellings(['event_name', 'event_timestamp', 'event_params', 'user_id', 'user_pseudo_id', 'items', 'ecommerce', 'event_bundle_sequence_id', 'batch_event_index']);
/** What an `event_timestamp` may be: in any other unit it lies outside of the years 2000 to 2199. */
const [FROM, UNTIL] = [Date.UTC(2000, 0) * 1000, Date.UTC(2200, 0) * 1000];

/**
 * An event as interactions: one for each of its `items`, or one in all; none where the event is nobody's kind, nobody did it, or it tells of a
 * transaction again.
 *
 * @param {object} row
 * @param {import('./index.js').EventOptions} [options]
 */
export function fromGa4Event(row, { kinds = {}, fields = {}, transactions, ...told } = {}) {
  const { event_name: event, event_timestamp: stamp, event_params: given, user_id: known, user_pseudo_id: pseudo, items, ...rest } = SPELLINGS.read(row, told);
  const notes = new Notes(told);
  const name = needed(id(event, 'event_name', notes), 'event_name');
  const kind = kindFor(name, kinds, GA4_KINDS);
  if (kind === undefined) return notes.leftOut(`event ${JSON.stringify(name)}`);
  const [user, device] = [id(known, 'user_id', notes), id(pseudo, 'user_pseudo_id', notes)];
  if (user === undefined && device === undefined) return notes.leftOut('an event without a user');
  const micros = microsOf(stamp, notes);
  const params = paramsOf(given);
  const group = first(id, params, [fields.group ?? 'group_id'], 'event_params', notes);
  const shared = { user: user ?? device, group, kind, at: Math.floor(micros / 1000) };
  if (oddityOf(shared.at, stamp, notes.now)) notes.doubted('late', 'event_timestamp', stamp);
  const data = kept({ ...rest, event_name: name, params: kept(params), user_pseudo_id: user && device });
  // What other events name as a value is a price, and nothing that they brought.
  const converts = kind === 'convert' || name === 'purchase';
  const worth = fields.value ? [fields.value] : converts ? ['value'] : [];
  const transaction = converts ? transactionOf(params, rest.ecommerce, notes) : undefined;
  // Events have no id: those sent together have one time, and the same day's table may be imported twice. A transaction may come at any time.
  const parts = transaction === undefined ? [micros, name, rest.event_bundle_sequence_id, rest.batch_event_index] : [name, transaction];
  const idFor = (...item) => idOf(device ?? user, ...parts, ...item);
  const all = list(items, 'items') ?? [];
  const whole = () => first(number, params, worth, 'event_params');
  const alone = () => {
    const item = first(id, params, fields.item ? [fields.item] : ITEM, 'event_params', notes);
    if (item === undefined) notes.doubted('itemless');
    return [kept({ ...shared, id: idFor(item), item, value: whole(), data })];
  };
  const listed = (given, i) => {
    const path = `items[${i}]`;
    const one = object(given, path) ?? {};
    const item = first(id, one, LISTED_ITEM, path, notes);
    if (item === undefined) return notes.leftOut('an item without an id');
    const own = fields.value ? first(number, one, worth, path) : converts ? worthOf(one, path) : undefined;
    return [kept({ ...shared, id: idFor(i, item), item, value: own ?? (all.length === 1 ? whole() : undefined), data: { ...data, item: withValues(one) } })];
  };
  return once(transactions, transaction && [name, device ?? user, transaction], {
    make: () => (all.length ? all.flatMap(listed) : alone()),
    again: () => notes.leftOut('a repeated transaction'),
  });
}

const DIGITS = /^\s*-?\d+\s*$/;

/** Whole microseconds. A number is none where it would be another time in another unit; a date has one reading. */
function microsOf(stamp, notes) {
  const field = 'event_timestamp';
  if (isNoValue(stamp)) return needed(undefined, field);
  const isDate = typeof stamp === 'string' && /^\s*\d{4}[-/]\d/.test(stamp);
  const isNumber = ['number', 'bigint'].includes(typeof stamp) || (typeof stamp === 'string' && DIGITS.test(stamp));
  const micros = isDate ? time(stamp, field, notes) * 1000 : isNumber ? Number(stamp) : NaN;
  if (Number.isSafeInteger(micros) && micros >= FROM && micros < UNTIL) return micros;
  const unit = micros < 1e11 ? 'seconds' : micros < FROM ? 'milliseconds' : 'nanoseconds';
  const hint = Number.isFinite(micros) ? ` (are these ${unit}?)` : '';
  throw NextpickError.invalid(field, `whole microseconds since 1970, in the years 2000 to 2199${hint}`, stamp);
}

/** The id under which a purchase is told again: when a page is loaded anew, or by two tags. */
function transactionOf(params, ecommerce, notes) {
  const told = first(id, params, ['transaction_id'], 'event_params', notes);
  return told ?? first(id, object(ecommerce, 'ecommerce') ?? {}, ['transaction_id'], 'ecommerce', notes);
}

/** What one item of a purchase was worth, in the event's own currency. */
function worthOf(item, path) {
  const whole = first(number, item, ['item_revenue'], path);
  const each = first(number, item, ['price'], path);
  return whole ?? (each === undefined ? undefined : each * (first(number, item, ['quantity'], path) ?? 1));
}

/** Parameters by key: a list of keys and values as the export has it, or an object by key as others flatten it. */
function paramsOf(given) {
  const found = typeof given === 'string' ? jsonIn(given) : given;
  if (isNoValue(given)) return {};
  if (isObject(found)) return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, paramOf(value, `event_params.${key}`)]));
  if (!Array.isArray(found)) throw NextpickError.invalid('event_params', 'a list of keys and values', given);
  const params = new Map();
  found.forEach((param, i) => {
    if (!isObject(param) || typeof param.key !== 'string') throw NextpickError.invalid(`event_params[${i}]`, 'a key and a value', param);
    const value = paramOf(param.value, `event_params.${param.key}`);
    const before = params.get(param.key);
    // Two different values of one key are no value that could be read, but both are kept.
    params.set(param.key, before === undefined || before === value ? value : value === undefined ? before : [before, value].flat());
  });
  return Object.fromEntries(params);
}

const TYPES = new Set(['string_value', 'int_value', 'float_value', 'double_value']);

/** The one value that a parameter has. */
function paramOf(value, path) {
  // What is of another shape is kept as it is, and refused where it is read.
  if (!isObject(value) || !Object.keys(value).every((type) => TYPES.has(type))) return value ?? undefined;
  const { string_value: string, int_value: int, float_value: float, double_value: double } = value;
  return isAbsent(string) ? (wholeOf(int, path) ?? number(float, path) ?? number(double, path)) : string;
}

/** A whole number; one that is too big for a number stays text. */
function wholeOf(value, path) {
  const isBig = typeof value === 'string' && DIGITS.test(value) && !Number.isSafeInteger(Number(value));
  return isBig ? value.trim() : number(value, path);
}

/** An item without the fields that were not sent. */
const withValues = (item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== '(not set)'));
