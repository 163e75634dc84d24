/**
 * @file `track` calls of Segment and RudderStack, which have the same format.
 *
 * Format: https://www.twilio.com/docs/segment/connections/spec/track and …/spec/common, with the events of
 * …/spec/ecommerce/v2 (RudderStack: https://www.rudderstack.com/docs/event-spec/standard-events/track/).
 */

import { isAbsent } from '../files/absent.js';
import { Spellings, first, firstOf, id, idOf, isObject, kept, kindFor, list, needed, number, object, once, time } from './fields.js';
import { Notes } from './notes.js';

/** Kinds of the specification's events; a host may add its own. */
export const TRACK_KINDS = Object.freeze({
  'Product List Viewed': 'impression',
  'Product Viewed': 'impression',
  'Promotion Viewed': 'impression',
  'Product Clicked': 'click',
  'Promotion Clicked': 'click',
  'Product Added to Wishlist': 'save',
  'Product Shared': 'share',
  'Product Reviewed': 'comment',
  'Order Completed': 'convert',
});

/** Properties with the item; the first with a value counts. Products also have `id` in older calls. */
const ITEM = [
  'item_id', 'itemId', 'content_id', 'contentId', 'product_id', 'productId', 'promotion_id', 'promotionId', 'sku', 'product_sku', 'productSku',
];
const LISTED_ITEM = [...ITEM, 'id'];
/** Properties with the total value. */
const WORTH = ['value', 'revenue', 'total'];
/** Properties that identify an order. */
const ORDER = ['order_id', 'orderId', 'transaction_id', 'transactionId'];
/** Time fields in order of preference: corrected by the receiver, the sender's clock, time of sending. */
const MOMENTS = ['timestamp', 'originalTimestamp', 'sentAt'];
/** Fields of a call that are read; warehouses write `user_id`, `original_timestamp`. */
const SPELLINGS = new Spellings(['type', 'event', 'userId', 'anonymousId', 'messageId', 'properties', 'context', ...MOMENTS]);

/**
 * Returns the calls of a row: itself, or those of a batch, which share the fields of the batch.
 * @param {unknown} row
 */
export function callsIn(row) {
  if (!isObject(row) || !Array.isArray(row.batch)) return [row];
  const { batch, context, integrations, sentAt } = row;
  const shared = kept({ integrations, sentAt, context });
  /** @param {Record<string, any>} call */
  const both = (call) => isObject(context) && isObject(call.context) && { context: { ...context, ...call.context } };
  return batch.map((call) => (isObject(call) ? { ...shared, ...kept(call), ...both(call) } : call));
}

/**
 * Converts a call to interactions: one per entry of `products`, or a single one; none for other calls, events without a
 * kind or a user, and repeated orders.
 *
 * @param {object} row
 * @param {import('./index.js').EventOptions} [options]
 */
export function fromTrack(row, { kinds = {}, fields = {}, transactions, ...noteOptions } = {}) {
  const { type, event, userId, anonymousId, messageId, properties, context, ...rest } = SPELLINGS.read(row, noteOptions);
  const notes = new Notes(noteOptions);
  const call = id(type, 'type', notes) ?? 'track';
  if (call !== 'track') return notes.leftOut(`a call of type ${JSON.stringify(call)}`);
  const name = needed(id(event, 'event', notes), 'event');
  const kind = kindFor(name, kinds, TRACK_KINDS);
  if (kind === undefined) return notes.leftOut(`event ${JSON.stringify(name)}`);
  const { products, ...own } = object(properties, 'properties') ?? {};
  const { groupId, ...circumstances } = object(context, 'context') ?? {};
  const known = id(userId, 'userId', notes) ?? traitOf(circumstances, 'userId', notes);
  const user = known ?? id(anonymousId, 'anonymousId', notes) ?? traitOf(circumstances, 'anonymousId', notes);
  const group = fields.group ? first(id, own, [fields.group], 'properties', notes) : id(groupId, 'context.groupId', notes);
  const actor = user ?? group;
  if (actor === undefined) return notes.leftOut('a call without a user');
  const moment = firstOf(rest, MOMENTS) ?? 'timestamp';
  const { [moment]: stamp, ...others } = rest;
  const shared = { user, group, kind, at: needed(time(stamp, moment, notes), moment) };
  const data = {
    event: name,
    properties: kept(own),
    context: kept({ ...circumstances, groupId: fields.group && groupId }),
    anonymousId: known === undefined || isAbsent(anonymousId) ? undefined : anonymousId,
    ...others,
  };
  // The value of other events is a price, not revenue.
  const converts = kind === 'convert' || name === 'Order Completed';
  const worth = fields.value ? [fields.value] : converts ? WORTH : [];
  const order = converts ? first(id, own, ORDER, 'properties', notes) : undefined;
  const message = id(messageId, 'messageId', notes);
  const all = list(products, 'properties.products') ?? [];
  const whole = () => first(number, own, worth, 'properties');
  const alone = () => {
    const item = first(id, own, fields.item ? [fields.item] : ITEM, 'properties', notes);
    if (item === undefined) notes.doubted('itemless');
    return [kept({ ...shared, id: idOf(message), item, value: whole(), data: kept(data) })];
  };
  /**
   * @param {unknown} given
   * @param {number} i
   */
  const listed = (given, i) => {
    const path = `properties.products[${i}]`;
    const product = object(given, path) ?? {};
    const item = first(id, product, fields.item ? [fields.item] : LISTED_ITEM, path, notes);
    if (item === undefined) return notes.leftOut('a product without an id');
    const each = first(number, product, worth, path) ?? (converts && !fields.value ? priceOf(product, path) : undefined);
    return [kept({ ...shared, id: message && idOf(message, i), item, value: each ?? (all.length === 1 ? whole() : undefined), data: kept({ ...data, product }) })];
  };
  return once(transactions, order && [name, actor, order], {
    make: () => (all.length ? all.flatMap(listed) : alone()),
    again: () => notes.leftOut('a repeated order'),
  });
}

/**
 * Some senders give the user only among the traits.
 * @param {Record<string, any>} context
 * @param {string} name
 * @param {import('./notes.js').Notes} notes
 */
const traitOf = ({ traits }, name, notes) => first(id, object(traits, 'context.traits') ?? {}, [name], 'context.traits', notes);

/**
 * Returns price times quantity of one product of an order.
 * @param {Record<string, unknown>} product
 * @param {string} path
 */
function priceOf(product, path) {
  const price = first(number, product, ['price'], path);
  return price === undefined ? undefined : price * (first(number, product, ['quantity'], path) ?? 1);
}
