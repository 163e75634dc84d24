/** @file Commands and their common parts: help, one line per error, exit codes, closed pipes. */

import { readFileSync } from 'node:fs';

import { NextpickError } from '../error.js';
import { FileError } from '../files/index.js';
import { UsageError, helpOf, parse } from './options.js';
import { batch } from './batch.js';
import { content } from './content.js';
import { due } from './due.js';
import { evaluateCases, evaluateImpressions, evaluateReplay } from './evaluate.js';
import { exportGorse, exportObd, exportVw } from './export.js';
import { experiment } from './experiment.js';
import { fit } from './fit.js';
import { funnel } from './funnel.js';
import { importCsv, importGa4, importGorse, importSegment } from './import.js';
import { journeyStatus } from './journey.js';
import { evaluateOffPolicyCommand } from './off-policy.js';
import { operationsCheck } from './operations.js';
import { pick } from './pick.js';
import { plan, planShow } from './plan.js';
import { planApprove, planReject, planSend } from './plan-review.js';
import { profile } from './profile.js';
import { printNotes } from './progress.js';
import { referrals } from './referrals.js';
import { serve } from './serve.js';
import { similar } from './similar.js';
import { snapshotBuild, snapshotInspect } from './snapshot.js';
import { storeBackup, storeCheck, storeCompact, storeRepair } from './store.js';
import { tiers } from './tiers.js';

/** Commands by name; a name of two words belongs to a family. @type {import('./options.js').Command[]} */
const COMMANDS = [
  pick, batch, due, journeyStatus, tiers, operationsCheck, profile, similar, fit, evaluateReplay, evaluateImpressions, evaluateCases,
  evaluateOffPolicyCommand,
  funnel, experiment, referrals, content, planShow, planApprove, planReject, planSend, plan, serve, snapshotBuild, snapshotInspect,
  storeCheck, storeRepair, storeBackup, storeCompact,
  importCsv, importGa4, importGorse, importSegment, exportGorse, exportObd, exportVw,
];

/** Exit codes: success, invalid data, invalid command line. */
const OK = 0;
const BAD_DATA = 1;
const BAD_USAGE = 2;

/**
 * Runs one command line.
 * @param {string[]} args Without `node` and the script.
 * @returns {Promise<number>} The exit code.
 */
export async function main(args) {
  let name = 'nextpick';
  watchOutput(() => name);
  try {
    const { command, rest } = commandOf(args);
    if (!command) return overview(rest, args.length === 0);
    name = `nextpick ${command.name}`;
    if (asksForHelp(rest)) return say(helpOf(command));
    await command.run(parse(command, rest));
    return Number(process.exitCode ?? OK);
  } catch (error) {
    return explained(error, name);
  }
}

/**
 * @param {string[]} args
 * @returns {{ command?: import('./options.js').Command, rest: string[] }}
 */
function commandOf(args) {
  const words = args[0] === 'help' ? args.slice(1) : args;
  const help = args[0] === 'help' ? ['--help'] : [];
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => words[i] === word));
  if (command) return { command, rest: [...words.slice(command.name.split(' ').length), ...help] };
  return { rest: [...words, ...help] };
}

/**
 * @param {string[]} rest
 * @param {boolean} nothing
 */
function overview(rest, nothing) {
  const first = rest[0];
  if (first === '--version' || first === '-V') return say(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  const question = asksForHelp(rest);
  if (first !== undefined && !first.startsWith('-')) {
    if (!family.length) throw new UsageError(`expected a command (${firstWords().join(', ')}), got "${first}"`);
    if (!question) throw new UsageError(`${first}: expected ${family.map(({ name }) => name.split(' ')[1]).join(' or ')} after it`);
    return say(listOf(family));
  }
  if (question) return say(listOf(COMMANDS));
  if (!nothing) throw new UsageError(`expected a command before ${first}`);
  process.stderr.write(`${listOf(COMMANDS)}\n`);
  return BAD_USAGE;
}

/**
 * After `--` everything is a value.
 * @param {string[]} rest
 */
function asksForHelp(rest) {
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  return options.includes('--help') || options.includes('-h');
}

const firstWords = () => [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]))];

/** @param {import('./options.js').Command[]} commands */
function listOf(commands) {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Picks the next piece of content for a user or a group and explains each choice.',
    '',
    'Usage: nextpick <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'nextpick <command> --help lists the options, with examples.',
    'Files are CSV, JSON or JSONL by their names, each also with .gz, or Parquet, Arrow or .xlsx. Times are milliseconds since 1970 or dates; without a\n' +
    'zone they are UTC on the command line and, in files, in the operator’s zone (--zone).',
    'Exit codes: 0 success, 1 bad data, 2 bad usage.',
  ].join('\n');
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
  return OK;
}

/**
 * Prints one line on stderr. Internal errors keep their stack, for a bug report.
 * @param {any} error
 * @param {string} name
 */
function explained(error, name) {
  if (error instanceof UsageError) {
    printNotes(`${name}: ${error.message}`, `Try: ${name} --help`);
    return BAD_USAGE;
  }
  const known = error instanceof FileError || error instanceof NextpickError || typeof error?.syscall === 'string';
  if (known) printNotes(`${name}: ${plain(error)}`);
  else printNotes(...`${name}: a defect, please report it: ${error?.stack ?? error}`.split('\n'));
  return BAD_DATA;
}

/** @param {any} error */
function plain(error) {
  if (error.code === 'ENOENT') return `${error.path}: no such file`;
  if (error.code === 'ENOSPC') return `${error.path ?? 'the output'}: no space is left on the device`;
  if (error.code === 'EISDIR') return `${error.path ?? 'a file was expected'}: is a folder`;
  return error.message;
}

/**
 * `nextpick … | head` ends silently; other output errors are reported in a line.
 * @param {() => string} nameNow
 */
function watchOutput(nameNow) {
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'EPIPE') process.exit(OK);
    process.exit(explained(error, nameNow()));
  });
  // If nothing can be printed, the exit code still reports the error.
  process.stderr.on('error', () => {});
}
