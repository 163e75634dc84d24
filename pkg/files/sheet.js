/** @file Spreadsheets (`.xlsx`), through `read-excel-file`, which hosts install to read such files. */

import { RULES } from './limits.js';
import { FileError } from './records.js';
import { blobOf } from './slices.js';

/** Maximum number of rows of a batch. */
const CHUNK = 4096;

/** Signatures of a ZIP's directory: of its end record and of each entry. */
const [DIRECTORY_END, ENTRY] = [0x06054b50, 0x02014b50];
/** Length of the end record with the longest comment, bytes. */
const LONGEST_END = 22 + 0xffff;

/**
 * Yields the rows of a workbook's first sheet; its first row that is not empty is the header.
 *
 * Dates are read as the text that the sheet shows, since a sheet has no zone; all other cells unchanged.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array} source
 * @param {{ file: string, limits: import('./limits.js').Limits, skipLines?: number, note: (kind: 'sheet', as: string) => void }} options
 *   `note` receives the sheet's name if the workbook has others.
 * @returns {AsyncGenerator<{ header?: string[], headerRow?: number, rows?: { row: number, value: unknown[] }[] }>} `header` first, once.
 */
export async function* sheetTable(source, { file, limits, skipLines = 0, note }) {
  const blob = await blobOf(source, file, limits);
  await checkSize(blob, file, limits);
  const sheets = await sheetsIn(blob, file);
  if (sheets.length > 1) note('sheet', JSON.stringify(sheets[0].sheet));
  const rows = (sheets[0]?.data ?? []).map((cells, i) => ({ row: i + 1, value: cells.map(plain) })).slice(skipLines).filter(({ value }) => value.some((cell) => cell !== ''));
  if (!rows.length) throw new FileError({ file, code: 'header', rule: 'a header row', value: 'an empty sheet' });
  const [header] = rows.splice(0, 1);
  yield { header: header.value.map(String), headerRow: header.row };
  for (let at = 0; at < rows.length; at += CHUNK) yield { rows: rows.slice(at, at + CHUNK) };
}

/**
 * @param {Blob} blob
 * @param {string} file
 * @returns {Promise<{ sheet: string, data: unknown[][] }[]>}
 */
async function sheetsIn(blob, file) {
  const { default: read } = await import('read-excel-file/universal').catch((cause) => {
    throw new FileError({ file, code: 'package', rule: 'the package read-excel-file, which reads spreadsheets: npm install read-excel-file (or save the sheet as "CSV UTF-8")', cause });
  });
  try {
    // Trimming is left to the readers of cells, which report it.
    return await read(blob, { trim: false });
  } catch (/** @type {any} */ cause) {
    throw new FileError({ file, code: 'damaged', rule: 'a whole spreadsheet', value: String(cause?.message ?? cause), cause });
  }
}

/** @param {unknown} cell */
function plain(cell) {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString().replace('T', ' ').replace(/(\.000)?Z$/, '') : cell;
}

/**
 * Throws if a sheet unpacks to more than the limit: it is parsed in one piece, as JSON is.
 * @param {Blob} blob
 * @param {string} file
 * @param {import('./limits.js').Limits} limits
 */
async function checkSize(blob, file, limits) {
  const tail = new DataView(await blob.slice(Math.max(0, blob.size - LONGEST_END)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== DIRECTORY_END) end -= 1;
  if (end < 0) throw new FileError({ file, code: 'format', rule: 'a spreadsheet (.xlsx)', value: 'something else' });
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  const directory = new DataView(await blob.slice(start, start + size).arrayBuffer());
  let unpacked = 0;
  for (let at = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === ENTRY; ) {
    unpacked += directory.getUint32(at + 24, true);
    at += 46 + directory.getUint16(at + 28, true) + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  if (unpacked > Math.min(limits.jsonLength, limits.unpackedBytes)) throw new FileError({ file, code: 'limit', rule: RULES.sheet(limits) });
}
