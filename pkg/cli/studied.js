/** @file Input files of studies: messages and interactions in pieces, records as a whole. */

import { Grown } from '../columns.js';
import { FileError } from '../files/index.js';
import { recordsOf, traced } from './inputs.js';
import { Reading, effective, mapOption, nameOf, readConfig, readingOptions } from './load.js';
import { outputOptions } from './subject.js';

/** The options of every study. @type {Record<string, import('./options.js').Option>} */
export const studyOptions = {
  events: { type: 'text', value: 'FILE', required: true, about: 'the log of interactions, with the decision that each names' },
  items: { type: 'text', value: 'FILE', about: 'the content library' },
  users: { type: 'text', value: 'FILE', about: 'users' },
  groups: { type: 'text', value: 'FILE', about: 'groups' },
  config: { type: 'text', value: 'FILE', about: 'configuration (JSON)' },
  ...mapOption,
  ...readingOptions,
  ...outputOptions,
};

/** The option of studies that need messages. @type {Record<string, import('./options.js').Option>} */
export const sentOption = { sent: { type: 'text', value: 'FILE', required: true, about: 'messages: accepted decisions, one line of JSON each' } };

/** Records that are read as a whole. */
const RECORDS = /** @type {const} */ (['items', 'users', 'groups']);

/**
 * Runs a study over the files. Refusals of the module name the row of the file.
 *
 * @template T
 * @param {any} options
 * @param {(input: import('../study/index.js').StudyInput) => Promise<T>} study
 * @returns {Promise<T>}
 */
export async function studied(options, study) {
  const reading = new Reading(options);
  const config = options.config && (await readConfig(options.config));
  reading.under(await effective(config));
  /** @type {Record<string, any>} */
  const files = {};
  for (const sort of RECORDS) if (options[sort]) files[sort] = await recordsOf(reading, options[sort], sort, config);
  if (options.sent) files.sent = messagesOf(reading, options.sent);
  files.interactions = interactionsOf(reading, options.events);
  /** @type {any} */
  const records = Object.fromEntries(Object.entries(files).map(([sort, file]) => [sort, file.records]));
  try {
    const result = await study({ ...records, config });
    reading.end();
    return result;
  } catch (error) {
    throw traced(error, files);
  } finally {
    reading.progress.clear();
  }
}

/**
 * Yields messages of a file of JSON lines, with their rows.
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @returns {{ path: string, records: AsyncGenerator<any>, readonly rows: ArrayLike<number> }}
 */
export function messagesOf(reading, path) {
  const rows = new Grown(Int32Array);
  async function* records() {
    for await (const batch of reading.rows(path)) {
      for (const { row, value } of batch) {
        if (value === null || typeof value !== 'object') throw new FileError({ file: nameOf(path), row, problem: 'expected a decision, an object' });
        rows.push(row);
        yield value;
      }
    }
  }
  return { path, records: records(), get rows() { return rows.taken(); } };
}

/**
 * Yields interactions of a file, with their rows.
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @returns {{ path: string, records: AsyncGenerator<any>, readonly rows: ArrayLike<number> }}
 */
function interactionsOf(reading, path) {
  const rows = new Grown(Int32Array);
  const check = reading.check(path);
  async function* records() {
    for await (const batch of reading.batches(path, 'interactions')) {
      for (const { row, record } of batch) {
        rows.push(row);
        check.take(record, row);
        yield record;
      }
    }
    check.end({});
  }
  return { path, records: records(), get rows() { return rows.taken(); } };
}
