/** @file Subject, language and output of a command. */

import { once } from 'node:events';

import { UsageError } from './options.js';
import { escaped, printableLines } from './table.js';

/** @type {Record<string, import('./options.js').Option>} */
export const subjectOptions = {
  user: { type: 'text', short: 'u', value: 'ID', about: 'for this user' },
  group: { type: 'text', short: 'g', value: 'ID', about: 'for this group' },
  now: { type: 'time', value: 'TIME', about: 'the moment; default: the last interaction of --events, else the clock' },
};

/** @type {Record<string, import('./options.js').Option>} */
export const outputOptions = {
  json: { type: 'flag', about: 'print JSON instead of a table' },
  lang: { type: 'choice', of: ['zh', 'en'], value: 'zh|en', about: 'language of the table; default: the locale’s' },
};

/**
 * Returns the subject named on the command line.
 * @param {import('./options.js').Values} options
 * @param {{ both?: boolean }} [options]
 */
export function subjectOf({ user, group }, { both = false } = {}) {
  if (user === undefined && group === undefined) throw new UsageError('expected --user ID or --group ID');
  if (!both && user !== undefined && group !== undefined) throw new UsageError('expected --user or --group, got both');
  return { ...(user !== undefined && { user }), ...(group !== undefined && { group }) };
}

/**
 * Returns `zh` or `en`: as given, else by the environment's locale.
 * @param {{ lang?: 'zh' | 'en' }} options
 * @param {Record<string, string | undefined>} [env]
 * @returns {'zh' | 'en'}
 */
export function langOf({ lang }, env = process.env) {
  if (lang) return lang;
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value) ?? Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

/**
 * Writes to stdout and waits for a slower reader; removes terminal controls if it is a terminal.
 * @param {string | Uint8Array} text Whole lines.
 */
export async function write(text) {
  const lines = () => (typeof text === 'string' ? text : new TextDecoder().decode(text));
  if (!process.stdout.write(process.stdout.isTTY ? printableLines(lines()) : text)) await once(process.stdout, 'drain');
}

/**
 * Writes to stdout for people, without terminal controls.
 * @param {string} text
 */
export const show = (text) => write(printableLines(text));

/**
 * Prints JSON; terminal controls are escaped, which reads back the same.
 * @param {unknown} value
 */
export const printJson = (value) => write(`${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped)}\n`);
