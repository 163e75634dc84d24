// Simulated disk with power cuts: the part of `node:fs/promises` that the store uses. A power cut keeps, drops or tears unsynced data by sector.
// Changes of names persist in order; a random number of those since the last sync of the folder is lost.
import { dirname } from 'node:path';

const SECTOR = 64;
const MOST = 1000;
let inos = 0;
const file = (bytes, synced = Buffer.alloc(0)) => ({ ino: (inos += 1), bytes, synced, mtimeMs: 0 });
const missing = (path) => Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: 'ENOENT' });

/** @param {Map<string, Buffer>} [files] Initial files by path. */
export function disk(files = new Map()) {
  const inodes = new Map([...files].map(([path, bytes]) => [path, file(bytes, bytes)]));
  return running({ inodes, onDisk: new Map(inodes), since: [] });
}

/** @param {{ inodes: Map, onDisk: Map, since: Function[] }} system Files in memory, names on disk, and changes of names since the last sync. */
function running(system) {
  const { inodes } = system;
  let left = Infinity;
  let failing;
  let powerless;
  const cut = new Promise((resolve) => (powerless = resolve));

  /** Runs a system call. The power may be cut at it; later calls never return. */
  async function call(name, work) {
    await undefined;
    if (left <= 0) return new Promise(() => {});
    left -= 1;
    if (failing?.name === name && failing.after-- <= 0) throw Object.assign(new Error(`${failing.code}: injected, ${name}`), { code: failing.code });
    const result = work();
    if (left === 0) {
      powerless();
      return new Promise(() => {});
    }
    return result;
  }
  const inode = (path) => inodes.get(path) ?? (() => { throw missing(path); })();
  const names = (change) => {
    change(inodes);
    system.since.push(change);
  };
  const put = (path, node) => names((map) => map.set(path, node));
  const write = (node, bytes) => (node.bytes = Buffer.concat([node.bytes, bytes]));

  function handleOf(node) {
    const sync = (name) => call(name, () => void (node.synced = node.bytes));
    return {
      // A system may write only a part of the bytes per call.
      write: (bytes, at) => call('write', () => {
        const taken = bytes.subarray(at, at + MOST);
        // A full disk writes the bytes that fit.
        const full = failing?.name === 'short' && failing.after-- <= 0;
        write(node, full ? taken.subarray(0, taken.length >> 1) : taken);
        if (full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        return { bytesWritten: taken.length };
      }),
      writeFile: (bytes) => call('write', () => write(node, Buffer.from(bytes))),
      read: (buffer, offset, length, position) => call('read', () => ({ bytesRead: node.bytes.copy(buffer, offset, position, position + length) })),
      truncate: (size) => call('truncate', () => void (node.bytes = node.bytes.subarray(0, size))),
      stat: () => call('stat', () => ({ size: node.bytes.length })),
      datasync: () => sync('datasync'),
      sync: () => sync('sync'),
      close: () => call('close', () => {}),
    };
  }

  return {
    // A folder exists while it contains a file.
    mkdir: () => call('mkdir', () => {}),
    readdir: (folder) => call('readdir', () => {
      const within = [...inodes.keys()].filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(within.map((path) => path.slice(folder.length + 1).split('/')[0]))];
    }),
    readFile: (path, encoding) => call('readFile', () => (encoding ? inode(path).bytes.toString(encoding) : inode(path).bytes)),
    writeFile: (path, text) => call('writeFile', () => put(path, file(Buffer.from(text)))),
    stat: (path) => call('stat', () => ({ ino: inode(path).ino, mtimeMs: inode(path).mtimeMs, size: inode(path).bytes.length })),
    utimes: (path, _, at) => call('utimes', () => void (inode(path).mtimeMs = at.getTime())),
    truncate: (path) => call('truncate', () => void (inode(path).bytes = Buffer.alloc(0))),
    unlink: (path) => call('unlink', () => inode(path) && names((map) => map.delete(path))),
    rm: (folder) => call('rm', () => {
      for (const path of [...inodes.keys()].filter((path) => path.startsWith(`${folder}/`))) names((map) => map.delete(path));
    }),
    link: (from, to) => call('link', () => {
      if (inodes.has(to)) throw Object.assign(new Error(`EEXIST: '${to}'`), { code: 'EEXIST' });
      put(to, inode(from));
    }),
    rename: (from, to) => call('rename', () => {
      const node = inode(from);
      names((map) => map.delete(from) && map.set(to, node));
    }),
    open: (path, flags) => call('open', () => {
      if (![...inodes.keys()].some((known) => dirname(known) === path)) {
        if (flags.includes('x') && inodes.has(path)) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
        if (flags !== 'r' && (!inodes.has(path) || flags === 'w')) put(path, file(Buffer.alloc(0)));
        return handleOf(inode(path));
      }
      return { sync: () => call('sync', () => Object.assign(system, { onDisk: new Map(inodes), since: [] })), close: () => call('close', () => {}) };
    }),

    /** Cuts the power at the n-th call from now; `cut` resolves then. */
    cutAfter(n) {
      left = n;
      return cut;
    },
    /** Makes calls of this name fail, after a number of successes. */
    fail(name, code, after = 0) {
      failing = { name, code, after };
    },
    /** Returns the bytes of all files, by path. */
    files: () => new Map([...inodes].map(([path, { bytes }]) => [path, bytes])),
    /** Returns the files after the writing process is killed: all written data, synced or not. */
    afterKill: () => running(system),
    /** Returns the files after a power cut. */
    afterPowerCut({ below }) {
      const found = new Map(system.onDisk);
      for (const change of system.since.slice(0, below(system.since.length + 1))) change(found);
      return disk(new Map([...found].map(([path, node]) => [path, survived(node, below)])));
    },
  };
}

/** Returns the contents of a file after a power cut: the synced part, and any sectors of the rest, in any state. */
function survived({ bytes, synced }, below) {
  if (bytes === synced) return bytes;
  if (bytes.length < synced.length) return below(2) ? bytes : synced;
  const size = synced.length + below(bytes.length - synced.length + 1);
  const kept = Buffer.from(bytes.subarray(0, size));
  for (let at = synced.length; at < size; ) {
    const end = Math.min(size, (Math.floor(at / SECTOR) + 1) * SECTOR);
    const fate = below(4);
    if (fate === 2) kept.fill(0, at, end);
    if (fate === 3) for (let i = at; i < end; i += 1) kept[i] = below(256);
    at = end;
  }
  return kept;
}
