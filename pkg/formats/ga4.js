/**
 * @file Google Analytics 4: rows of its BigQuery export as JSON.
 *
 * The format is that of https://support.google.com/analytics/answer/7029846 (times in microseconds, parameters as a
 * list of keys and typed values, 64-bit integers as text), the events those of
 * https://support.google.com/analytics/answer/9267735.
 */

import { NextpickError } from '../error.js';
import { isAbsent, isNoValue } from '../files/absent.js';
import { oddityOf } from '../files/moments.js';
import { Spellings, first, id, idOf, isObject, jsonIn, kept, kindFor, list, needed, number, object, once, time } from './fields.js';
import { Notes } from './notes.js';

/**
 * Kinds of recommended events. `view_item` is an impression, as is a list that was viewed: its click is `select_item`.
 * The others (carts, checkouts, scrolling, sessions) have no shipped kind; a host may define them.
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

/** Parameters with the item of an event without `items`; the first with a value counts. */
const ITEM = ['item_id', 'content_id', 'promotion_id'];
/** Fields with the id of an entry of `items`. */
const LISTED_ITEM = ['item_id', 'item_name'];
/** Fields of an event that are read; warehouses rename columns. */
const SPELLINGS = new Spellings(['event_name', 'event_timestamp', 'event_params', 'user_id', 'user_pseudo_id', 'items', 'ecommerce', 'event_bundle_sequence_id', 'batch_event_index']);
/** Range of an `event_timestamp`: in any other unit it lies outside the years 2000 to 2199. */
const [FROM, UNTIL] = [Date.UTC(2000, 0) * 1000, Date.UTC(2200, 0) * 1000];

/**
 * Converts an event to interactions: one per entry of `items`, or a single one; none if the event has no kind or no
 * user, or repeats a transaction.
 *
 * @param {object} row
 * @param {import('./index.js').EventOptions} [options]
 */
export function fromGa4Event(row, { kinds = {}, fields = {}, transactions, ...noteOptions } = {}) {
  const { event_name: event, event_timestamp: stamp, event_params: given, user_id: known, user_pseudo_id: pseudo, items, ...rest } = SPELLINGS.read(row, noteOptions);
  const notes = new Notes(noteOptions);
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
  // The value of other events is a price, not revenue.
  const converts = kind === 'convert' || name === 'purchase';
  const worth = fields.value ? [fields.value] : converts ? ['value'] : [];
  const transaction = converts ? transactionOf(params, rest.ecommerce, notes) : undefined;
  // Events have no id: those sent together share a time, and a day's table may be imported twice. A transaction may
  // come at any time.
  const parts = transaction === undefined ? [micros, name, rest.event_bundle_sequence_id, rest.batch_event_index] : [name, transaction];
  /** @param {...(string | number)} item */
  const idFor = (...item) => idOf(device ?? user, ...parts, ...item);
  const all = list(items, 'items') ?? [];
  const whole = () => first(number, params, worth, 'event_params');
  const alone = () => {
    const item = first(id, params, fields.item ? [fields.item] : ITEM, 'event_params', notes);
    if (item === undefined) notes.doubted('itemless');
    return [kept({ ...shared, id: idFor(item), item, value: whole(), data })];
  };
  /**
   * @param {unknown} given
   * @param {number} i
   * @returns {import('../index.js').Interaction[]}
   */
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

/**
 * Returns whole microseconds. Numbers in another unit are refused; dates have one meaning.
 * @param {unknown} stamp
 * @param {import('./notes.js').Notes} notes
 * @returns {number}
 */
function microsOf(stamp, notes) {
  const field = 'event_timestamp';
  if (isNoValue(stamp)) return needed(/** @type {number | undefined} */ (undefined), field);
  const isDate = typeof stamp === 'string' && /^\s*\d{4}[-/]\d/.test(stamp);
  const isNumber = ['number', 'bigint'].includes(typeof stamp) || (typeof stamp === 'string' && DIGITS.test(stamp));
  const micros = isDate ? needed(time(stamp, field, notes), field) * 1000 : isNumber ? Number(stamp) : NaN;
  if (Number.isSafeInteger(micros) && micros >= FROM && micros < UNTIL) return micros;
  const unit = micros < 1e11 ? 'seconds' : micros < FROM ? 'milliseconds' : 'nanoseconds';
  const hint = Number.isFinite(micros) ? ` (are these ${unit}?)` : '';
  throw NextpickError.invalid(field, `whole microseconds since 1970, in the years 2000 to 2199${hint}`, stamp);
}

/**
 * Returns the id under which a purchase is repeated: by a page reload, or by two tags.
 * @param {Record<string, unknown>} params
 * @param {unknown} ecommerce
 * @param {import('./notes.js').Notes} notes
 */
function transactionOf(params, ecommerce, notes) {
  const found = first(id, params, ['transaction_id'], 'event_params', notes);
  return found ?? first(id, object(ecommerce, 'ecommerce') ?? {}, ['transaction_id'], 'ecommerce', notes);
}

/**
 * Returns the value of one item of a purchase, in the event's currency.
 * @param {Record<string, unknown>} item
 * @param {string} path
 */
function worthOf(item, path) {
  const whole = first(number, item, ['item_revenue'], path);
  const each = first(number, item, ['price'], path);
  return whole ?? (each === undefined ? undefined : each * (first(number, item, ['quantity'], path) ?? 1));
}

/**
 * Returns parameters by key, given the export's list of keys and values, or an object as flattened by others.
 * @param {unknown} given
 * @returns {Record<string, any>}
 */
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
    // Two different values of one key cannot be read as one, but both are kept.
    params.set(param.key, before === undefined || before === value ? value : value === undefined ? before : [before, value].flat());
  });
  return Object.fromEntries(params);
}

const TYPES = new Set(['string_value', 'int_value', 'float_value', 'double_value']);

/**
 * Returns the single value of a parameter.
 * @param {unknown} value
 * @param {string} path
 */
function paramOf(value, path) {
  // Other shapes are kept, and refused where they are read.
  if (!isObject(value) || !Object.keys(value).every((type) => TYPES.has(type))) return value ?? undefined;
  const { string_value: string, int_value: int, float_value: float, double_value: double } = value;
  return isAbsent(string) ? (wholeOf(int, path) ?? number(float, path) ?? number(double, path)) : string;
}

/**
 * Returns an integer; one too big for a number stays text.
 * @param {unknown} value
 * @param {string} path
 */
function wholeOf(value, path) {
  const isBig = typeof value === 'string' && DIGITS.test(value) && !Number.isSafeInteger(Number(value));
  return isBig ? value.trim() : number(value, path);
}

/**
 * Returns an item without fields that were not sent.
 * @param {Record<string, unknown>} item
 */
const withValues = (item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== '(not set)'));
