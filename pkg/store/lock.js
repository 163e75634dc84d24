/**
 * @file One writer a folder, also after the holder of the lock was killed.
 *
 * Locks are numbered files, and the highest is the one that counts: `lock-7` was taken over from `lock-6`. A number is taken by linking a
 * finished file to its name, which fails if the name is there: of two that find the same dead holder one gets the next number, and the
 * other finds a living one. Who holds a lower number than another was too slow and gives way. Letting go empties the file and leaves it, so
 * that no number comes twice while somebody still looks at it.
 *
 * A process that stood still may find that another took its lock over. So every write is followed by a look at the lock (`check`: inode and
 * time) before it is acknowledged: who takes a lock over removes the file of the holder before, and reads the log only then. No time of a
 * clock is compared with another, so a clock may be set as it likes.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { NextpickError } from '../error.js';

/** How often a holder shows that it lives, to those who cannot see its process, and how long they look. Milliseconds. */
const TIMES = { beat: 2_000, patience: 10_000 };

const numbers = (names) => names.flatMap((name) => name.match(/^lock-(\d+)$/)?.[1] ?? []).map(Number).sort((a, b) => a - b);

/**
 * Takes the lock of a folder.
 *
 * @param {object} fs As `node:fs/promises`, and `statSync` if it has it.
 * @param {string} folder
 * @param {{ beat?: number, patience?: number, host?: string }} [times] `host` is the name of this machine.
 * @returns {Promise<Held>}
 *
 * @typedef {object} Held
 * @property {number} number Higher than that of every holder before.
 * @property {boolean} mayBeShared Whether the holder before was taken for dead without being seen: it may only have stood still.
 * @property {() => Promise<void>} check Throws if the lock was lost.
 * @property {() => Promise<void>} release
 */
export async function lock(fs, folder, times) {
  const { beat, patience, host = hostname() } = { ...TIMES, ...times };
  const me = { ...identity(host), folder: resolve(folder) };
  const claim = join(folder, `claim-${randomUUID()}`);
  await fs.writeFile(claim, JSON.stringify(me));
  try {
    for (;;) {
      const last = numbers(await fs.readdir(folder)).at(-1) ?? 0;
      const isGone = last === 0 || (await refuseLiving(fs, folder, join(folder, `lock-${last}`), me, { beat, patience }));
      const path = join(folder, `lock-${last + 1}`);
      if (!(await linked(fs, claim, path))) continue;
      const names = await fs.readdir(folder);
      if (numbers(names).at(-1) > last + 1) {
        await gone(fs, path);
        continue;
      }
      // From here on the holders before fail their check; what they wrote before that is found by whoever reads after this.
      for (const number of numbers(names)) if (number <= last) await gone(fs, join(folder, `lock-${number}`));
      await removeLeftClaims(fs, folder, names, me);
      return await held(fs, path, { beat, number: last + 1, mayBeShared: !isGone });
    }
  } finally {
    await gone(fs, claim);
  }
}

async function held(fs, path, { beat, number, mayBeShared }) {
  const lost = (what) => new NextpickError('locked', `${path} ${what}: another process took this one for dead and holds the folder now`, { path });
  const taken = await fs.stat(path).catch(ignoreMissing);
  if (!taken) throw lost('is gone');
  const { ino, mtimeMs } = taken;
  /** The time of the file as it was set last, and the setting that is under way. */
  let shown = mtimeMs;
  let showing;
  const show = async () => {
    // Another time than before, also where the clock stands still or steps back.
    const at = new Date(Date.now() + (Date.now() === shown ? 1 : 0));
    await fs.utimes(path, at, at);
    shown = (await fs.stat(path)).mtimeMs;
  };
  // What fails here fails in `check`, where somebody hears it.
  const timer = setInterval(() => {
    showing ??= show().catch(() => {}).finally(() => (showing = undefined));
  }, beat || 1);
  timer.unref();
  // Every append waits for this. At once it takes some microseconds; handed to another thread, as long as a tenth of a small write.
  const look = fs.statSync ? async () => fs.statSync(path) : () => fs.stat(path);
  const isOurs = async () => {
    const found = await look().catch(ignoreMissing);
    return found !== undefined && found.ino === ino && (found.mtimeMs === shown || 'another time');
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

/** Takes away what processes left that were killed while they asked for the lock. */
async function removeLeftClaims(fs, folder, names, me) {
  for (const name of names.filter((name) => name.startsWith('claim-'))) {
    const holder = await reading(fs, join(folder, name));
    if (holder && lives(holder, me) === false) await gone(fs, join(folder, name));
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

/** Throws if the holder of this lock lives. Whether it is surely gone: it is not where it cannot be seen and was only silent. */
async function refuseLiving(fs, folder, path, me, { beat, patience }) {
  const holder = await reading(fs, path);
  if (!holder) return true;
  const refused = (reason, more = '') => new NextpickError('locked', `${folder} is open in ${reason}; one process writes at a time${more}`, { path: folder });
  const there = `process ${holder.pid} on ${holder.host} (${path})`;
  const alive = lives(holder, me);
  if (alive) {
    if (holder.folder !== undefined && holder.folder !== me.folder) {
      const copied = `this folder is a copy that was made while ${holder.folder} was open, or another path to it. If it is a copy, remove ${path} and open it again`;
      throw new NextpickError('locked', `${path} is the lock of ${holder.folder}, which process ${holder.pid} on ${holder.host} has open: ${copied}`, { path: folder });
    }
    throw refused(holder.pid === me.pid ? `this process already (${me.pid})` : there);
  }
  if (alive === false) return true;
  // Another machine or container: its process cannot be seen, but it shows itself by touching the file. Looks are counted, so that no clock matters.
  const first = await touched(fs, path);
  for (let waited = 0; waited < patience; waited += beat / 4) {
    await wait(beat / 4);
    const now = await touched(fs, path);
    if (now === undefined) return false;
    if (now !== first) throw refused(there);
  }
  return false;
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
function identity(host) {
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
    host,
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
