// Runs the command line as a process in a temporary folder.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url));

/** Options that name the files of the sample. */
export const SAMPLE = fileURLToPath(new URL('../../sample/', import.meta.url));
export const sampleWorld = ['items=items.jsonl', 'users=users.csv', 'groups=groups.jsonl', 'channels=channels.json', 'events=interactions.csv.gz', 'config=config.json']
  .map((pair) => pair.split('='))
  .flatMap(([option, file]) => [`--${option}`, join(SAMPLE, file)]);

/** Temporary folder, removed after the tests. */
export const folder = mkdtempSync(join(tmpdir(), 'nextpick-cli-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file into the folder and returns its path. */
export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/**
 * Runs the command line once.
 * @param {string[]} args
 * @param {{ input?: string | Buffer, env?: object, node?: string[] }} [options]
 * @returns {Promise<{ status: number | null, signal: string | null, out: string, err: string }>}
 */
export function run(args, { input = '', env = {}, node = [] } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...node, CLI, ...args], { cwd: folder, env: { ...process.env, LC_ALL: 'C', ...env } });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece) => (err += piece));
    child.on('close', (status, signal) => resolve({ status, signal, out, err }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Returns stderr without the summaries of the files that were read. */
export const withoutSummaries = (err) => err.replace(/^[^\s:]+: (?:[\d,]+ records?|\w+: [\d,]+ times? without a zone .*)\n/gm, '');

/** Starts a process whose input and output the test controls. */
export const start = (args, node = []) => spawn(process.execPath, [...node, CLI, ...args], { cwd: folder });
