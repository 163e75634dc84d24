/** @file Plans as files: one message a line, which people may edit. */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { FileError } from '../files/index.js';
import { nameOf } from './load.js';
import { replaceSilently } from './replace.js';

const STATES = ['planned', 'approved', 'edited', 'rejected', 'sent', 'missed'];

/**
 * Reads a plan. Fields that a person added are kept.
 *
 * @param {string} path
 * @returns {Promise<import('../operations/index.js').PlannedMessage[]>}
 */
export async function readPlan(path) {
  const messages = [];
  const ids = new Map();
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    row += 1;
    const text = row === 1 ? line.replace(/^\ufeff/, '') : line;
    if (!text.trim()) continue;
    const message = parseLine(text, path, row);
    if (ids.has(message.id)) throw problem(path, row, 'id', `expected an id that no other line has, got that of row ${ids.get(message.id)}`);
    ids.set(message.id, row);
    messages.push(message);
  }
  if (!messages.length) throw new FileError({ file: nameOf(path), problem: 'expected planned messages, one JSON object a line, got none' });
  return messages;
}

/** Writes a plan completely or not at all. @param {string} path @param {readonly unknown[]} messages */
export async function writePlan(path, messages) {
  await replaceSilently(path, new TextEncoder().encode(messages.map((message) => `${JSON.stringify(message)}\n`).join('')));
}

/**
 * @param {string} text
 * @param {string} path
 * @param {number} row
 * @returns {any}
 */
function parseLine(text, path, row) {
  let message;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw problem(path, row, undefined, `expected one JSON object, got ${/** @type {Error} */ (error).message}`);
  }
  /** @param {unknown} value */
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isObject(message)) throw problem(path, row, undefined, 'expected one JSON object');
  /** @type {[string, string, (value: any) => boolean][]} */
  const checks = [
    ['id', 'a text', (value) => typeof value === 'string' && value !== ''],
    ['at', 'milliseconds', Number.isSafeInteger],
    ['source', 'a slot or a step', (value) => isObject(value) && ('slot' in value || ('journey' in value && 'step' in value))],
    ['request', 'the request', isObject],
    ['picks', 'a list of picks with items', (value) => Array.isArray(value) && value.every((pick) => typeof pick?.item === 'string')],
    ['state', `one of ${STATES.join(', ')}`, (value) => STATES.includes(value)],
  ];
  for (const [field, rule, holds] of checks) {
    if (!holds(message[field])) throw problem(path, row, field, `expected ${rule}, got ${JSON.stringify(message[field]) ?? 'nothing'}`);
  }
  return message;
}

/**
 * @param {string} path
 * @param {number} row
 * @param {string | undefined} field
 * @param {string} text
 */
const problem = (path, row, field, text) => new FileError({ file: nameOf(path), row, field, problem: text });
