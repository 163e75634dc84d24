// Runs hosts/spark/nextpick_batch.py under spark-submit, on a cluster of two workers with executors in separate processes.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const submit = join(root, 'tools/spark/bin/spark-submit');

/** Reason why Spark is missing; `false` if it is installed. */
export const skip = !existsSync(submit)
  ? 'no pyspark; `scripts/setup.sh spark` installs it where it may'
  : spawnSync('java', ['-version']).status !== 0 && 'no Java (17 or newer), which Spark runs on';

/** Temporary folder, removed after the tests. */
export const folder = mkdtempSync(join(tmpdir(), 'nextpick-spark-'));
after(() => rmSync(folder, { recursive: true, maxRetries: 3 }));

export const pkg = join(root, 'pkg');
const cli = join(pkg, 'cli.js');

/** Runs nextpick, with files for stdin and stdout, and waits for its end. */
export function nextpick(args, { stdin, stdout } = {}) {
  execFileSync('/bin/sh', ['-c', `exec "$0" "$@" ${stdin ? `< '${stdin}'` : ''} ${stdout ? `> '${stdout}'` : ''}`, process.execPath, cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Packs the package with `npm pack`, as shipped to executors. */
export function packed() {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder, '--loglevel=error'], { cwd: pkg, encoding: 'utf8' }));
  return join(folder, filename);
}

let runs = 0;

/**
 * Runs a job.
 *
 * @param {{ master?: string, submit?: string[], args: string[], during?: (driver: number, output: string, signal: AbortSignal) => Promise<void> }} job
 *   Options for spark-submit and for the script; `during` runs while the job does, until the signal reports its end.
 * @returns {Promise<{ status: number, output: string, out: string, err: string }>}
 */
export async function spark({ master = 'local-cluster[2,1,512]', submit: options = [], args, during }) {
  const [output, here] = ['out', 'work'].map((name) => join(folder, `${name}-${(runs += 1)}`));
  const conf = ['spark.ui.enabled=false', 'spark.driver.host=127.0.0.1', 'spark.driver.bindAddress=127.0.0.1', 'spark.executor.memory=512m'];
  const child = spawn(
    submit,
    ['--master', master, ...conf.flatMap((pair) => ['--conf', pair]), ...options,
      join(root, 'hosts/spark/nextpick_batch.py'), '--output', output, ...args],
    { cwd: folder, env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_DIRS: here, SPARK_WORKER_DIR: here, PYSPARK_PYTHON: join(root, 'tools/spark/bin/python') }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece) => (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece) => (err += piece));
  const ended = new AbortController();
  const closed = new Promise((resolve) => child.on('close', () => resolve(ended.abort(new Error(`the job ended too early:\n${err}`)))));
  await Promise.all([during?.(child.pid, output, ended.signal), closed]);
  return { status: child.exitCode, output, out, err };
}

/** Writes all lines of a file, or of the parts in a folder, in bytewise order to a new file. */
export function sorted(path) {
  const parts = existsSync(join(path, '_SUCCESS')) ? readdirSync(path).filter((name) => name.startsWith('part-')).map((name) => join(path, name)) : [path];
  const to = `${path}.sorted`;
  execFileSync('sort', ['-o', to, ...parts], { env: { ...process.env, LC_ALL: 'C' } });
  return to;
}

/** Waits until `found` returns a value or the signal is aborted. */
export async function until(found, signal) {
  for (;;) {
    const value = found();
    if (value) return value;
    await pause(50, undefined, { signal });
  }
}

/** Returns the descendants of a process, with their command lines. */
export function below(pid) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap(processOf);
  const found = new Set([pid]);
  // A child may have a smaller number than its parent, so the search repeats until it finds no new process.
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { id, parent } of all) if (found.has(parent)) found.add(id);
  }
  return all.filter(({ id }) => id !== pid && found.has(id));
}

function processOf(name) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [{ id: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
  } catch {
    // The process has ended.
    return [];
  }
}
