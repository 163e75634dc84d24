/**
 * @file The XML of callbacks: elements without attributes, text, CDATA. Anything else (declarations, entities of one's
 *   own, comments) is refused.
 */

const TOKEN = /<!\[CDATA\[([^]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/y;
const MAX_DEPTH = 8;
const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads a document: an element without children is its text, one with children an object, a repeated child a list.
 * @param {string} xml
 * @returns {Record<string, any>} The content of the root element.
 * @throws SyntaxError that names the place.
 */
export function readXml(xml) {
  const root = { name: '', children: [], text: '' };
  const path = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < xml.length) {
    const place = TOKEN.lastIndex;
    const [whole, cdata, closing, name, empty, text] = TOKEN.exec(xml) ?? [];
    const current = path.at(-1);
    if (whole === undefined) throw fault(place, 'an element, text or CDATA');
    if (name === undefined) current.text += cdata ?? decoded(text, place);
    else if (closing) {
      if (current.name !== name || path.length === 1) throw fault(place, `the end of ${current.name || 'nothing'}`);
      path.pop();
    } else {
      const element = { name, children: [], text: '' };
      current.children.push(element);
      if (!empty && path.push(element) > MAX_DEPTH) throw fault(place, `at most ${MAX_DEPTH} levels`);
    }
  }
  if (path.length > 1 || root.children.length !== 1 || root.text.trim()) throw fault(xml.length, 'one complete root element');
  const value = valueOf(root.children[0]);
  return typeof value === 'string' ? Object.create(null) : value;
}

function valueOf({ children, text }) {
  if (!children.length) return text;
  const values = Object.create(null);
  for (const child of children) {
    const value = valueOf(child);
    values[child.name] = child.name in values ? [values[child.name], value].flat() : value;
  }
  return values;
}

function decoded(text, place) {
  return text.replace(/&([^;\s]{0,10});?/g, (whole, name) => {
    const isNumber = /^#(\d{1,7}|x[0-9a-f]{1,6})$/i.test(name);
    const code = isNumber ? Number(name.slice(1).replace(/^x/i, '0x')) : 0;
    const isValid = whole.endsWith(';') && (Object.hasOwn(ENTITIES, name) || (code > 0 && code <= 0x10ffff));
    if (!isValid) throw fault(place, 'no entities but < > & " \' and numbers');
    return ENTITIES[name] ?? String.fromCodePoint(code);
  });
}

const fault = (place, rule) => new SyntaxError(`character ${place}: expected ${rule}`);
