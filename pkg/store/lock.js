/**
 * @file One writer a folder, also after the holder of the lock was killed.
 *
 * Locks are numbered files, and the highest is the one that counts: `lock-7` was taken over from `lock-6`. A number is taken by linking a
 * finished file to its name, which fails if the name is there: of two that find the same dead holder one gets the next number, and the
 * other finds a living one. Who holds a lower number than another was too slow and gives way. Letting go empties the file and leaves it, so
 * that no number comes twice while somebody still looks at it.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { NextpickError } from '../error.js';

/** How often a holder shows that it lives, to those who cannot see its process, and how long they look. */
const TIMES = { beat: 2_000, patience: 10_000 };

const numbers = (names) => names.flatMap((name) => name.match(/^lock-(\d+)$/)?.[1] ?? []).map(Number).sort((a, b) => a - b);

/**
 * Takes the lock of a folder.
 *
 * @param {object} fs As `node:fs/promises`.
 * @param {string} folder
 * @param {{ beat: number, patience: number }} [times] Milliseconds.
 * @returns {Promise<{ check(): Promise<void>, release(): Promise<void> }>}
 */
export async function lock(fs, folder, times = TIMES) {
  const claim = join(folder, `claim-${randomUUID()}`);
  await fs.writeFile(claim, JSON.stringify(identity()));
  try {
    for (;;) {
      const last = numbers(await fs.readdir(folder)).at(-1) ?? 0;
      if (last) await refuseLiving(fs, folder, join(folder, `lock-${last}`), times);
      const path = join(folder, `lock-${last + 1}`);
      if (!(await linked(fs, claim, path))) continue;
      const names = await fs.readdir(folder);
      if (numbers(names).at(-1) > last + 1) {
        await gone(fs, path);
        continue;
      }
      for (const number of numbers(names)) if (number <= last) await gone(fs, join(folder, `lock-${number}`));
      await removeLeftClaims(fs, folder, names);
      return held(fs, path, times);
    }
  } finally {
    await gone(fs, claim);
  }
}

function held(fs, path, { beat }) {
  let shown = Date.now();
  const show = async () => {
    const now = new Date();
    await fs.utimes(path, now, now);
    shown = now.getTime();
  };
  // What fails here fails in `check` again, where somebody hears it.
  const timer = setInterval(() => show().catch(() => {}), beat);
  timer.unref();
  return {
    /** Throws if the lock was lost: a process that stood still for long may find that another took it for dead. */
    async check() {
      if (Date.now() - shown < 2 * beat) return;
      await show().catch((cause) => {
        throw new NextpickError('locked', `${path} is gone: another process took this one for dead and holds the folder now`, { cause });
      });
    },
    async release() {
      clearInterval(timer);
      await fs.truncate(path).catch(ignoreMissing);
    },
  };
}

/** Takes away what processes left that were killed while they asked for the lock. */
async function removeLeftClaims(fs, folder, names) {
  for (const name of names.filter((name) => name.startsWith('claim-'))) {
    const holder = await reading(fs, join(folder, name));
    if (holder && lives(holder, identity()) === false) await gone(fs, join(folder, name));
  }
}

/** Whether this claim got the name: false if somebody else has it. */
async function linked(fs, claim, path) {
  try {
    await fs.link(claim, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Throws if the holder of this lock lives; returns if it is dead, or has let go. */
async function refuseLiving(fs, folder, path, { beat, patience }) {
  const holder = await reading(fs, path);
  if (!holder) return;
  const refused = (reason) => new NextpickError('locked', `${folder} is open in ${reason}; one process writes at a time`, { path: folder });
  const me = identity();
  const there = `process ${holder.pid} on ${holder.host} (${path})`;
  const alive = lives(holder, me);
  if (alive) throw refused(holder.pid === me.pid ? `this process already (${me.pid})` : there);
  if (alive === false) return;
  // Another machine or container: its process cannot be seen, but it shows itself by touching the file.
  const first = await touched(fs, path);
  for (let waited = 0; waited < patience; waited += beat / 4) {
    await wait(beat / 4);
    const now = await touched(fs, path);
    if (now === undefined) return;
    if (now !== first) throw refused(there);
  }
}

/** Whether that holder is a process that lives; undefined where it cannot be seen from here. */
function lives(holder, me) {
  if (holder.host === me.host && holder.boot && me.boot && holder.boot !== me.boot) return false;
  if (holder.host !== me.host || holder.space !== me.space) return undefined;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  // Numbers of processes come again: the one of now must have begun when the holder did.
  const started = startOf(holder.pid);
  return !(holder.started && started && holder.started !== started);
}

/** Who this process is. What a system does not tell stays empty. */
function identity() {
  const told = (read) => {
    try {
      return read();
    } catch {
      return '';
    }
  };
  return {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: told(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** When a process began, in ticks since the machine did (Linux); empty elsewhere. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** The holder that a lock file names; nothing if it was let go of, or torn by a power cut, which no process survives. */
async function reading(fs, path) {
  const text = await fs.readFile(path, 'utf8').catch(ignoreMissing);
  try {
    const holder = JSON.parse(text);
    return Number.isInteger(holder?.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

const touched = async (fs, path) => (await fs.stat(path).catch(ignoreMissing))?.mtimeMs;
const gone = (fs, path) => fs.unlink(path).catch(ignoreMissing);

function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}
