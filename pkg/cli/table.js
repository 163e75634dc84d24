/** @file Terminal tables, aligned with two-column Chinese characters. */

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Control characters (C0, DEL, C1), other line separators, and direction marks. */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Escapes a character as JSON and JavaScript do.
 * @param {string} character
 */
export const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Formats a text as one line without terminal controls: titles, ids, file names and values are untrusted. White space
 * becomes a space.
 * @param {string} text
 */
export const printable = (text) => text.replace(/[\t\n\r]+/g, ' ').replace(STEERING, escaped);

/**
 * Formats lines without terminal controls.
 * @param {string} text
 */
export const printableLines = (text) => text.split('\n').map(printable).join('\n');

/**
 * Returns the width of a text in columns.
 * @param {string} text
 */
export function widthOf(text) {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/**
 * Truncates a text to a width, with … at the end.
 * @param {string} text
 * @param {number} most
 */
export function cut(text, most) {
  const clean = printable(text);
  if (widthOf(clean) <= most) return clean;
  let width = 1;
  let kept = '';
  for (const { segment } of SEGMENTS.segment(clean)) {
    width += WIDE.test(segment) ? 2 : 1;
    if (width > most) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * Truncates or pads a text to a width.
 * @param {string} text
 * @param {number} width
 */
export function fit(text, width) {
  const kept = cut(text, width);
  return kept + ' '.repeat(Math.max(0, width - widthOf(kept)));
}

/**
 * Formats rows as aligned lines.
 *
 * @param {unknown[][]} rows Numbers are aligned right, the rest left.
 * @param {{ head?: string[], indent?: string }} [options]
 */
export function table(rows, { head, indent = '' } = {}) {
  const all = (head ? [head, ...rows] : rows).map((row) => row.map((cell) => printable(String(cell ?? ''))));
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))));
  const right = widths.map((_, i) => rows.length > 0 && rows.every((row) => /^([-+]?[\d.,]+%?|[-–]|)$/.test(String(row[i] ?? ''))));
  return all
    .map((row) => indent + row.map((cell, i) => {
      const space = ' '.repeat(widths[i] - widthOf(cell));
      return right[i] ? space + cell : cell + space;
    }).join('  ').trimEnd())
    .join('\n');
}

/**
 * Formats a fraction of 1 as a bar of blocks, to an eighth of a character.
 * @param {number} share
 * @param {number} [width]
 */
export function bar(share, width = 10) {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return ('█'.repeat(eighths >> 3) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths & 7]).padEnd(width);
}

/**
 * Formats a number with the given decimals; without any, 12,345 in thousands; – for none.
 * @param {number | null | undefined} number
 * @param {number} [digits]
 */
export function figure(number, digits = 3) {
  if (number === undefined || number === null || !Number.isFinite(number)) return '–';
  return digits === 0 ? number.toLocaleString('en') : number.toFixed(digits);
}
