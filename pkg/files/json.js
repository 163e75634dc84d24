/** @file JSON in which no whole number is rounded. */

/** Whole numbers with fewer digits are exact as doubles. */
const LONG = /\d{16}/;
/** Matches texts, which stay unchanged, and numbers outside of keys. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\s*:)/gs;
const WHOLE = /^-?\d+$/;

/**
 * Parses JSON. A whole number beyond ±(2^53 − 1) becomes a string of its digits, as ids of 64 bits are written elsewhere; where a number
 * is needed, a string is refused by name instead of read as another number.
 *
 * @param {string} text
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text) {
  return JSON.parse(LONG.test(text) ? text.replace(TOKEN, exact) : text);
}

/** @param {string} token */
function exact(token) {
  return WHOLE.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
