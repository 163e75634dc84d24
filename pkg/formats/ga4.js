/**
 * @file Google Analytics 4: rows of its BigQuery export as JSON.
 *
 * The shape is that of https://support.google.com/analytics/answer/7029846 (times in microseconds, parameters as a list of keys and typed
 * values, whole numbers of 64 bits as text), the events those of https://support.google.com/analytics/answer/9267735.
 */

import { NextpickError } from '../error.js';
import { idOf, isObject, kept, needed, number, record, text } from './fields.js';

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

/** What the export writes for a field of an item that was not sent. */
const NOT_SET = '(not set)';
/** Parameters that name the item of an event without `items`. */
const ITEM = ['item_id', 'content_id', 'promotion_id'];

/**
 * An event as interactions: one for each of its `items`, or one in all; none where the event is nobody's kind or nobody did it.
 *
 * @param {object} row
 * @param {{ kinds?: Record<string, string>, fields?: { item?: string, value?: string, group?: string }, leftOut?: (what: string) => void }} [options]
 */
export function fromGa4Event(row, { kinds = {}, fields = {}, leftOut = () => {} } = {}) {
  const { event_name: event, event_timestamp: stamp, event_params: list, user_id: known, user_pseudo_id: pseudo, items, ...rest } = record(row);
  const name = needed(text(event, 'event_name'), 'event_name');
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : Object.hasOwn(GA4_KINDS, name) ? GA4_KINDS[name] : undefined;
  if (kind === undefined) return none(leftOut, `event ${JSON.stringify(name)}`);
  const user = text(known, 'user_id') ?? text(pseudo, 'user_pseudo_id');
  if (user === undefined) return none(leftOut, 'an event without a user');
  const params = paramsOf(list);
  const group = text(params[fields.group ?? 'group_id'], `event_params.${fields.group ?? 'group_id'}`);
  const at = Math.floor(needed(number(stamp, 'event_timestamp'), 'event_timestamp') / 1000);
  const shared = { user, group, kind, at };
  const data = kept({ ...rest, event_name: name, params: kept(params), user_pseudo_id: known && pseudo });
  // Events have no id: those sent together have one time, and the same day's table may be imported twice.
  const id = (item) => (pseudo ? idOf(pseudo, stamp, name, rest.event_bundle_sequence_id, rest.batch_event_index, item) : undefined);
  const all = itemsOf(items);
  // What other events name as a value is a price, and nothing that they brought.
  const worth = fields.value ?? (kind === 'convert' || name === 'purchase' ? 'value' : undefined);
  const whole = worth && number(params[worth], `event_params.${worth}`);
  if (!all.length) {
    const item = itemIn(params, fields.item);
    return [kept({ ...shared, id: id(item), item, value: whole, data })];
  }
  return all.flatMap((one, i) => {
    const item = text(one.item_id, `items[${i}].item_id`) ?? text(one.item_name, `items[${i}].item_name`);
    if (item === undefined) return none(leftOut, 'an item without an id');
    const value = worth && (worthOf(one, i) ?? (all.length === 1 ? whole : undefined));
    return [kept({ ...shared, id: id(item), item, value, data: { ...data, item: one } })];
  });
}

/** What one item of a purchase was worth, in the event's own currency. */
function worthOf({ item_revenue: revenue, price, quantity }, i) {
  const whole = number(revenue, `items[${i}].item_revenue`);
  const each = number(price, `items[${i}].price`);
  return whole ?? (each === undefined ? undefined : each * (number(quantity, `items[${i}].quantity`) ?? 1));
}

/** Parameters by key: the one value that each of them has. */
function paramsOf(list) {
  if (list === undefined || list === null) return {};
  if (!Array.isArray(list)) throw NextpickError.invalid('event_params', 'a list of keys and values', list);
  return Object.fromEntries(list.map((param, i) => {
    if (!isObject(param) || typeof param.key !== 'string') throw NextpickError.invalid(`event_params[${i}]`, 'a key and a value', param);
    const { string_value: string, int_value: int, float_value: float, double_value: double } = param.value ?? {};
    const path = `event_params.${param.key}`;
    return [param.key, string ?? wholeOf(int, path) ?? number(float, path) ?? number(double, path)];
  }));
}

/** A whole number; one that is too big for a number stays text. */
function wholeOf(value, path) {
  const read = number(value, path);
  return read === undefined || Number.isSafeInteger(read) ? read : String(value);
}

function itemsOf(items) {
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) throw NextpickError.invalid('items', 'a list', items);
  items.forEach((item, i) => {
    if (!isObject(item)) throw NextpickError.invalid(`items[${i}]`, 'an object', item);
  });
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== NOT_SET)));
}

function itemIn(params, field) {
  const name = field ?? ITEM.find((own) => params[own] !== undefined);
  return name === undefined ? undefined : text(params[name], `event_params.${name}`);
}

function none(leftOut, what) {
  leftOut(what);
  return [];
}
