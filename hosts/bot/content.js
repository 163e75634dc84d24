/** @file Content of a message without its buttons: the default of an item, changed by the host's `render`. */

const FIELDS = ['text', 'picture', 'native'];

/**
 * Returns the content of an item's message.
 *
 * @param {import('nextpick').Item} item
 * @param {import('nextpick').Decision} decision
 * @param {import('./index.js').RenderContext} context
 * @param {import('./index.js').TalkOptions['render']} render
 * @returns {{ text?: string, picture?: string, native?: object }}
 * @throws TypeError if `render` returns something else.
 */
export function contentOf(item, decision, context, render) {
  const given = render?.(item, decision, context) ?? {};
  if (typeof given !== 'object') throw new TypeError(`render: expected an object with ${FIELDS.join(', ')}, got ${typeof given}`);
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field));
  if (unknown) throw new TypeError(`render: expected one of the fields ${FIELDS.join(', ')}, got ${JSON.stringify(unknown)}`);
  const { text, picture = addressIn(item, 'cover'), native } = given;
  if (text !== undefined && (typeof text !== 'string' || text === '')) throw new TypeError(`render: expected a text, got ${JSON.stringify(text)}`);
  if (picture && !isAddress(picture)) throw new TypeError(`render: expected an address of a picture (https://…), got ${JSON.stringify(picture)}`);
  return { ...(text && { text }), ...(picture && { picture }), ...(native && { native }) };
}

/**
 * Returns an address in an item's data: of its picture (`cover`) or its page (`url`). Relative paths are ignored.
 *
 * @param {import('nextpick').Item<any>} item
 * @param {'cover' | 'url'} field
 * @returns {string | undefined}
 */
export function addressIn({ data }, field) {
  const address = data?.[field];
  return isAddress(address) ? address : undefined;
}

const isAddress = (given) => typeof given === 'string' && /^https?:\/\/[^\s]+$/.test(given);
