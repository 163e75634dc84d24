/**
 * @file Lock of a folder: one writer, also after the holder was killed.
 *
 * Locks are numbered files, of which the highest is valid: `lock-7` was taken over from `lock-6`. A number is taken by
 * linking a complete file to its name, which fails if the name exists: of two processes that find the same dead holder,
 * one gets the next number and the other finds a live holder. A holder of a lower number was too slow and gives up.
 * Releasing empties the file but keeps it, so that no number is reused while a process still examines it.
 *
 * A suspended process may lose its lock. So each write is followed by a check of the lock (`check`: inode and time)
 * before it is acknowledged: a new holder first removes the previous holder's file and only then reads the log. No
 * clock times of two processes are compared, so clocks may be set freely.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { NextpickError } from '../error.js';

/**
 * Interval at which a holder touches its lock, for observers that cannot see its process, and how long they watch.
 * Milliseconds.
 */
const TIMES = { beat: 2_000, patience: 10_000 };

/**
 * @param {string[]} names
 * @returns {number[]}
 */
const numbers = (names) => names.flatMap((name) => name.match(/^lock-(\d+)$/)?.[1] ?? []).map(Number).sort((a, b) => a - b);

/**
 * Acquires the lock of a folder.
 *
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {LockTimes} [times]
 * @returns {Promise<Held>}
 *
 * @typedef {{ beat?: number, patience?: number, host?: string }} LockTimes Milliseconds, and the name of this machine.
 * @typedef {{ pid: number, started: string, host: string, boot: string, space: string, folder: string }} Holder Process that holds a lock.
 * @typedef {object} Held
 * @property {number} number Higher than that of every earlier holder.
 * @property {boolean} mayBeShared True if the previous holder was presumed dead without being seen: it may be
 *   suspended.
 * @property {() => Promise<void>} check Throws if the lock was lost.
 * @property {() => Promise<void>} release
 */
export async function lock(fs, folder, times) {
  const { beat, patience, host = hostname() } = { ...TIMES, ...times };
  const me = { ...describeProcess(host), folder: resolve(folder) };
  const claim = join(folder, `claim-${randomUUID()}`);
  await fs.writeFile(claim, JSON.stringify(me));
  try {
    for (;;) {
      const last = numbers(await fs.readdir(folder)).at(-1) ?? 0;
      const isGone = last === 0 || (await refuseLiving(fs, folder, join(folder, `lock-${last}`), me, { beat, patience }));
      const path = join(folder, `lock-${last + 1}`);
      if (!(await tryLink(fs, claim, path))) continue;
      const names = await fs.readdir(folder);
      if (numbers(names).some((number) => number > last + 1)) {
        await removeIfPresent(fs, path);
        continue;
      }
      // From here on earlier holders fail their check; later reads find their earlier writes.
      for (const number of numbers(names)) if (number <= last) await removeIfPresent(fs, join(folder, `lock-${number}`));
      await removeLeftClaims(fs, folder, names, me);
      return await held(fs, path, { beat, number: last + 1, mayBeShared: !isGone });
    }
  } finally {
    await removeIfPresent(fs, claim);
  }
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @param {{ beat: number, number: number, mayBeShared: boolean }} options
 * @returns {Promise<Held>}
 */
async function held(fs, path, { beat, number, mayBeShared }) {
  /** @param {string} event */
  const lost = (event) => new NextpickError('locked', `${path} ${event}: another process took this one for dead and holds the folder now`, { path });
  const taken = await fs.stat(path).catch(ignoreMissing);
  if (!taken) throw lost('is gone');
  const { ino, mtimeMs } = taken;
  /** Time of the file as last set, and the update in progress. */
  let lastSet = mtimeMs;
  /** @type {Promise<unknown> | undefined} */
  let showing;
  const show = async () => {
    // The time must differ from the last one, even if the clock stands still or steps back.
    const at = new Date(Date.now() + (Date.now() === lastSet ? 1 : 0));
    await fs.utimes(path, at, at);
    lastSet = (await fs.stat(path)).mtimeMs;
  };
  // A failure here surfaces in `check`, where the caller handles it.
  const timer = setInterval(() => {
    showing ??= show().catch(() => {}).finally(() => (showing = undefined));
  }, beat || 1);
  timer.unref();
  // Every append waits for this. The synchronous call takes microseconds; an asynchronous one a tenth of a small write.
  const { statSync } = fs;
  const checkFile = statSync ? async () => statSync.call(fs, path) : () => fs.stat(path);
  const isOurs = async () => {
    const found = await checkFile().catch(ignoreMissing);
    return found !== undefined && found.ino === ino && (found.mtimeMs === lastSet || 'another time');
  };
  return {
    number,
    mayBeShared,
    async check() {
      let ours = await isOurs();
      if (ours === 'another time' && showing) {
        await showing;
        ours = await isOurs();
      }
      if (ours === true) return;
      throw lost(ours ? 'was changed' : 'is gone');
    },
    async release() {
      clearInterval(timer);
      await fs.truncate(path).catch(ignoreMissing);
    },
  };
}

/**
 * Removes files of processes that were killed while they requested the lock.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string[]} names
 * @param {Holder} me
 */
async function removeLeftClaims(fs, folder, names, me) {
  for (const name of names.filter((name) => name.startsWith('claim-'))) {
    const holder = await readHolder(fs, join(folder, name));
    if (holder && isAlive(holder, me) === false) await removeIfPresent(fs, join(folder, name));
  }
}

/**
 * Returns true if this claim got the name; false if another process has it.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} claim
 * @param {string} path
 */
async function tryLink(fs, claim, path) {
  try {
    await fs.link(claim, path);
    return true;
  } catch (/** @type {any} */ error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Throws if the holder of this lock is alive. Returns true if it is certainly dead, false if it cannot be seen and was
 * only silent.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string} path
 * @param {Holder} me
 * @param {{ beat: number, patience: number }} times
 */
async function refuseLiving(fs, folder, path, me, { beat, patience }) {
  const holder = await readHolder(fs, path);
  if (!holder) return true;
  /**
   * @param {string} reason
   * @param {string} [more]
   */
  const refused = (reason, more = '') => new NextpickError('locked', `${folder} is open in ${reason}; one process writes at a time${more}`, { path: folder });
  const there = `process ${holder.pid} on ${holder.host} (${path})`;
  const alive = isAlive(holder, me);
  if (alive) {
    if (holder.folder !== undefined && holder.folder !== me.folder) {
      const copied = `this folder is a copy that was made while ${holder.folder} was open, or another path to it. If it is a copy, remove ${path} and open it again`;
      throw new NextpickError('locked', `${path} is the lock of ${holder.folder}, which process ${holder.pid} on ${holder.host} has open: ${copied}`, { path: folder });
    }
    throw refused(holder.pid === me.pid ? `this process already (${me.pid})` : there);
  }
  if (alive === false) return true;
  // The process is on another machine or in another container and cannot be seen, but it touches the file. Looks are
  // counted, so that clocks do not matter.
  const first = await touched(fs, path);
  for (let waited = 0; waited < patience; waited += beat / 4) {
    await wait(beat / 4);
    const now = await touched(fs, path);
    if (now === undefined) return false;
    if (now !== first) throw refused(there);
  }
  return false;
}

/**
 * Returns true if the holder is a live process; `undefined` if it cannot be seen from here.
 * @param {Holder} holder
 * @param {Holder} me
 */
function isAlive(holder, me) {
  if (holder.host === me.host && holder.boot && me.boot && holder.boot !== me.boot) return false;
  if (holder.host !== me.host || holder.space !== me.space) return undefined;
  try {
    process.kill(holder.pid, 0);
  } catch (/** @type {any} */ error) {
    if (error.code === 'ESRCH') return false;
  }
  // Process ids are reused: the current process must have started when the holder did.
  const started = startOf(holder.pid);
  return !(holder.started && started && holder.started !== started);
}

/**
 * Describes this process. Fields that a system does not provide stay empty.
 * @param {string} host
 */
function describeProcess(host) {
  /** @param {() => string} read */
  const readIfAny = (read) => {
    try {
      return read();
    } catch {
      return '';
    }
  };
  return {
    pid: process.pid,
    started: startOf(process.pid),
    host,
    boot: readIfAny(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: readIfAny(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/**
 * Returns the start time of a process in ticks since boot (Linux); empty elsewhere.
 * @param {number} pid
 * @returns {string}
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * Reads the holder from a lock file; `undefined` if it was released, or torn by a power cut, which no process survives.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @returns {Promise<Holder | undefined>}
 */
async function readHolder(fs, path) {
  const text = await fs.readFile(path, 'utf8').catch(ignoreMissing);
  try {
    const holder = JSON.parse(text ?? '');
    return Number.isInteger(holder?.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 */
const touched = async (fs, path) => (await fs.stat(path).catch(ignoreMissing))?.mtimeMs;
/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 */
const removeIfPresent = (fs, path) => fs.unlink(path).catch(ignoreMissing);

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {undefined}
 */
function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}
