/** @file Options declared once, for parsing, validation and `--help`. */

import { parseArgs } from 'node:util';

import { readTime } from '../files/index.js';
import { offsetOf } from '../files/moments.js';

/** Invalid command line: exit code 2. */
export class UsageError extends Error {
  name = 'UsageError';
}

/**
 * @typedef {object} Option
 * @property {string} type `flag`, `text`, `whole`, `number`, `time`, `zone`, `duration`, `names`, `pairs`, `choice` or `names-or-pairs`.
 * @property {string} [value] Name of the value in `--help`; required unless a flag.
 * @property {string} about One line for `--help`.
 * @property {string} [short] One letter.
 * @property {boolean} [required]
 * @property {unknown} [otherwise] The default.
 * @property {number} [least] For numbers.
 * @property {number} [most]
 * @property {string[]} [of] For choices.
 */

/**
 * Values of a command's options, by name in camel case; the option's type determines the type of its value.
 * @typedef {Record<string, any>} Values
 */

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} summary One line.
 * @property {string} [about] More, for its own help.
 * @property {Record<string, Option>} options
 * @property {{ name: string, about: string, required?: boolean, many?: boolean }} [operand] One value without a name, or many.
 * @property {string[][]} examples A command line and its effect.
 * @property {(options: Values) => Promise<void>} run
 */

/**
 * Parses a command's options. Names are returned in camel case.
 * @param {Command} command
 * @param {string[]} args
 */
export function parse(command, args) {
  /** @type {any} As parseArgs takes it. */
  const declared = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? 'boolean' : 'string', multiple: type !== 'flag', ...(short && { short }) },
    ]),
  );
  const { values: given, positionals } = parsed({ args: joined(command, args), options: declared, allowPositionals: true, strict: true }, command);
  const most = command.operand?.many ? Infinity : command.operand ? 1 : 0;
  if (positionals.length > most) throw new UsageError(`expected no "${positionals[most]}" here`);
  /** @type {Values} */
  const options = {};
  if (command.operand) {
    if (command.operand.required && !positionals.length) throw new UsageError(`expected ${command.operand.name}`);
    options[camel(command.operand.name)] = command.operand.many ? positionals : positionals[0];
  }
  const values = /** @type {Record<string, any>} */ (given);
  // Times on the command line are in its own zone.
  const zone = values.zone === undefined ? 0 : zoneOf('--zone', values.zone[0]);
  for (const [name, option] of Object.entries(command.options)) {
    const given = values[name];
    if (Array.isArray(given) && given.length > 1 && option.type !== 'pairs') throw new UsageError(`--${name}: expected once, got ${given.length} times`);
    if (given === undefined && option.required) throw new UsageError(`expected --${name} ${option.value}`);
    options[camel(name)] = given === undefined ? option.otherwise : option.type === 'flag' ? given : read(`--${name}`, option, given, zone);
  }
  return options;
}

/**
 * Joins values that begin with a dash to their options: `-g -4001` becomes `--group=-4001`, since Telegram's group ids
 * are negative. Values that could be options are refused, with the way to write them.
 * @param {Command} command
 * @param {string[]} args
 * @returns {string[]}
 */
function joined({ options }, args) {
  /** @param {string} arg */
  const optionOf = (arg) => Object.keys(options).find((name) => arg === `--${name}` || arg === `-${options[name].short}`);
  /** @param {string} arg */
  const isOption = (arg) => arg.startsWith('--') || arg === '-h' || Object.values(options).some(({ short }) => arg[1] === short);
  const out = [];
  for (let i = 0; i < args.length; i++) {
    const [arg, next] = [args[i], args[i + 1]];
    if (arg === '--') return [...out, ...args.slice(i)];
    const name = optionOf(arg);
    if (name === undefined || options[name].type === 'flag' || next === undefined || !/^-./.test(next)) {
      out.push(arg);
      continue;
    }
    if (isOption(next)) throw new UsageError(`${arg}: expected ${options[name].value}, got the option ${next}; if that is the value, write --${name}=${next}`);
    out.push(`--${name}=${next}`);
    i += 1;
  }
  return out;
}

/**
 * Shortens Node's messages to their first sentence.
 * @param {import('node:util').ParseArgsConfig} config
 * @param {Command} command
 */
function parsed(config, { name, operand }) {
  try {
    return parseArgs(config);
  } catch (/** @type {any} */ error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const [, unknown] = /^Unknown option '(.*?)'\./s.exec(error.message) ?? [];
    if (unknown === undefined) throw new UsageError(error.message.split(/[.\n]/)[0]);
    const value = operand && !unknown.startsWith('--') && config.args?.find((arg) => arg.startsWith(unknown));
    const remedy = value ? `; if ${value} is a value, it goes after --: nextpick ${name} … -- ${value}` : '';
    throw new UsageError(`there is no option ${unknown}${remedy}`);
  }
}

/**
 * @param {string} name
 * @param {Option} option
 * @param {string[]} given
 * @param {number} zone
 * @returns {unknown}
 */
function read(name, option, given, zone) {
  const text = given[0];
  switch (option.type) {
    case 'whole':
    case 'number':
      return numberOf(name, option, text);
    case 'time':
      return timeOf(name, text, zone);
    case 'zone':
      return zone;
    case 'duration':
      return durationOf(name, text);
    case 'names':
      return text.startsWith('[') ? listIn(name, text) : names(text);
    case 'pairs':
      return Object.assign({}, ...given.map((one) => (one.startsWith('{') ? pairsIn(name, one) : pairs(name, one, attribute))));
    case 'names-or-pairs':
      return text.includes('=') ? pairs(name, text, (value) => numberOf(name, { type: 'number' }, value)) : text;
    case 'choice':
      if (!option.of?.includes(text)) throw new UsageError(`${name}: expected ${option.of?.join(' or ')}, got "${text}"`);
      return text;
    case 'text':
      if (text === '') throw new UsageError(`${name}: expected ${option.value}, got nothing`);
      return text;
    default:
      throw new Error(`${name}: no options are of type "${option.type}"`);
  }
}

/**
 * @param {string} name
 * @param {Pick<Option, 'type' | 'least' | 'most'>} option
 * @param {string} text
 */
function numberOf(name, { type, least = -Infinity, most = Infinity }, text) {
  const number = text.trim() === '' ? NaN : Number(text);
  const right = type === 'whole' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (right && number >= least && number <= most) return number;
  const range = Number.isFinite(least) ? (Number.isFinite(most) ? ` from ${least} to ${most}` : `, at least ${least}`) : '';
  throw new UsageError(`${name}: expected a ${type === 'whole' ? 'whole ' : ''}number${range}, got "${text}"`);
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} zone
 */
function timeOf(name, text, zone) {
  try {
    return readTime(text, { zone });
  } catch (/** @type {any} */ error) {
    throw new UsageError(`${name}: ${error.message}`);
  }
}

/**
 * Returns the offset of a zone, in minutes east of UTC.
 * @param {string} name
 * @param {string} text
 */
function zoneOf(name, text) {
  const offset = offsetOf(text);
  if (offset === undefined) throw new UsageError(`${name}: expected an offset such as +08:00, -03:30 or Z, got "${text}"`);
  return offset;
}

/** Milliseconds. @type {Record<string, number>} */
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * Parses `12h` to milliseconds.
 * @param {string} name
 * @param {string} text
 */
function durationOf(name, text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  if (Number(number) > 0) return Number(number) * UNITS[unit];
  throw new UsageError(`${name}: expected a length of time such as 7d, 12h or 2w, got "${text}"`);
}

/** @param {string} text */
const names = (text) => text.split(',').map((part) => part.trim()).filter((part) => part !== '');

/**
 * @param {string} name
 * @param {string} text
 * @param {(text: string) => unknown} valueOf
 */
function pairs(name, text, valueOf) {
  return Object.fromEntries(
    names(text).map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new UsageError(`${name}: expected name=value, got "${pair}"`);
      return [pair.slice(0, equals), valueOf(pair.slice(equals + 1))];
    }),
  );
}

/**
 * Names with commas need JSON: `["a,b","c"]`.
 * @param {string} name
 * @param {string} text
 * @returns {string[]}
 */
function listIn(name, text) {
  const list = jsonIn(text);
  if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  throw new UsageError(`${name}: expected names with commas between them, or a JSON list of strings such as ["a,b","c"], got ${text}`);
}

/**
 * @param {string} name
 * @param {string} text
 */
function pairsIn(name, text) {
  const given = jsonIn(text);
  const isPairs = given !== null && typeof given === 'object' && !Array.isArray(given);
  if (isPairs && Object.values(given).every((one) => typeof one === 'string' || typeof one === 'number')) return given;
  throw new UsageError(`${name}: expected name=value, or a JSON object of strings and numbers such as {"name":"a,b"}, got ${text}`);
}

/**
 * @param {string} text
 * @returns {any}
 */
function jsonIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} text */
const attribute = (text) => (text !== '' && String(Number(text)) === text ? Number(text) : text);
/** @param {string} name */
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/**
 * Returns the text of `--help`.
 * @param {Command} command
 */
export function helpOf({ name, summary, about, options, operand, examples }) {
  const required = Object.entries(options).filter(([, option]) => option.required).map(([long, { value }]) => ` --${long} ${value}`).join('');
  const place = operand ? ` ${operand.required ? `<${operand.name}>` : `[${operand.name}]`}${operand.many ? '…' : ''}` : '';
  const rows = Object.entries(options).map(([long, option]) => {
    const left = `  ${option.short ? `-${option.short}, ` : '    '}--${long}${option.value ? ` ${option.value}` : ''}`;
    const otherwise = option.otherwise === undefined || option.type === 'flag' ? '' : ` (${option.otherwise})`;
    return [left, `${option.about}${option.required ? ', required' : ''}${otherwise}`];
  });
  rows.push(['  -h, --help', 'this help']);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    summary,
    ...(about ? ['', about] : []),
    '',
    `Usage: nextpick ${name}${place}${required} [options]`,
    '',
    ...(operand ? [`  ${operand.name.padEnd(width - 2)}${operand.about}`] : []),
    ...rows.map(([left, right]) => left.padEnd(width) + right),
    '',
    examples.length > 1 ? 'Examples:' : 'Example:',
    ...examples.flatMap(([line, does]) => [`  ${line}`, `      ${does}`]),
  ].join('\n');
}
