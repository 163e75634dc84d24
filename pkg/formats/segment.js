/**
 * @file `track` calls of Segment and RudderStack, which write them alike.
 *
 * As https://www.twilio.com/docs/segment/connections/spec/track and …/spec/common have them, with the events of …/spec/ecommerce/v2
 * (RudderStack: https://www.rudderstack.com/docs/event-spec/standard-events/track/) for a beginning.
 */

import { NextpickError } from '../error.js';
import { idOf, isObject, kept, number, record, text, time, needed } from './fields.js';

/** What the events of the specification mean; a host's own are added. */
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

/** Properties that name the item, the first that is there. */
const ITEM = ['item_id', 'content_id', 'product_id', 'promotion_id'];
/** Properties that say what all of it was worth. */
const WORTH = ['value', 'revenue', 'total'];

/**
 * A call as interactions: one for each of its `products`, or one in all; none where it is no track call or its event is nobody's kind.
 *
 * @param {object} row
 * @param {{ kinds?: Record<string, string>, fields?: { item?: string, value?: string, group?: string }, leftOut?: (what: string) => void }} [options]
 */
export function fromTrack(row, { kinds = {}, fields = {}, leftOut = () => {} } = {}) {
  const { type, event, userId, anonymousId, messageId, timestamp, originalTimestamp, properties, context, ...rest } = record(row);
  if (type !== undefined && type !== 'track') return none(leftOut, `a call of type ${JSON.stringify(type)}`);
  const name = needed(text(event, 'event'), 'event');
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : Object.hasOwn(TRACK_KINDS, name) ? TRACK_KINDS[name] : undefined;
  if (kind === undefined) return none(leftOut, `event ${JSON.stringify(name)}`);
  const own = objectOf(properties, 'properties');
  const { groupId, ...circumstances } = objectOf(context, 'context');
  const shared = {
    user: text(userId, 'userId') ?? text(anonymousId, 'anonymousId'),
    group: text(fields.group ? own[fields.group] : groupId, fields.group ? `properties.${fields.group}` : 'context.groupId'),
    kind,
    at: needed(time(timestamp, 'timestamp') ?? time(originalTimestamp, 'originalTimestamp'), 'timestamp'),
  };
  if (shared.user === undefined && shared.group === undefined) return none(leftOut, 'a call without a user');
  const { products, ...others } = own;
  const listed = Array.isArray(products) ? products : [];
  const told = { event: name, properties: kept(others), context: kept(circumstances), ...rest };
  // What other events name as a value is a price, and nothing that they brought.
  const worth = fields.value || kind === 'convert' || name === 'Order Completed' ? worthOf : () => undefined;
  const one = (properties, path, id, more) => kept({
    ...shared,
    id,
    item: itemIn(properties, path, fields.item),
    value: worth(properties, path, fields.value),
    data: kept({ ...told, ...more }),
  });
  const message = text(messageId, 'messageId');
  if (!listed.length) return [one(own, 'properties', message)];
  return listed.map((product, i) => {
    const path = `properties.products[${i}]`;
    if (!isObject(product)) throw NextpickError.invalid(path, 'an object', product);
    const made = one(product, path, message && idOf(message, i), { product });
    return made.value === undefined && listed.length === 1 ? kept({ ...made, value: worth(own, 'properties', fields.value) }) : made;
  });
}

function itemIn(properties, path, field) {
  const name = field ?? ITEM.find((own) => properties[own] !== undefined && properties[own] !== null);
  return name === undefined ? undefined : text(properties[name], `${path}.${name}`);
}

/** Its worth; of one product of an order, its price times how many. */
function worthOf(properties, path, field) {
  const name = field ?? WORTH.find((own) => properties[own] !== undefined && properties[own] !== null);
  if (name !== undefined) return number(properties[name], `${path}.${name}`);
  const price = path === 'properties' ? undefined : number(properties.price, `${path}.price`);
  return price === undefined ? undefined : price * (number(properties.quantity, `${path}.quantity`) ?? 1);
}

function objectOf(value, field) {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw NextpickError.invalid(field, 'an object', value);
  return value;
}

function none(leftOut, what) {
  leftOut(what);
  return [];
}
