/** @file Errors of the system on opening a folder, in words: cause, path and remedy. */

import { NextpickError } from '../error.js';

/** @type {Record<string, string>} */
const REMEDIES = {
  EACCES: 'this process may not do that there. Give its user the right to read and write the folder and its files',
  EBUSY: 'something else has the file. Close that, and open the folder again',
  EDQUOT: 'the quota is used up. Free some of it, and open the folder again: nothing that was acknowledged is lost',
  EEXIST: 'a file has the name of the folder. Remove it, or give another folder',
  EIO: 'the disk failed. Look at the system’s log; bring the folder to another disk, or back from a copy',
  EISDIR: 'a folder has the name of a file of the store. Move it elsewhere',
  ELOOP: 'a symbolic link leads to itself. Mend the link, or give another folder',
  EMFILE: 'this process has too many files open. Close some, or raise the limit (ulimit -n)',
  ENAMETOOLONG: 'the name is too long for this file system. Give a shorter one',
  ENFILE: 'the system has too many files open. Close some, or raise its limit',
  ENOENT: 'it was there and is gone: something else changes the folder. Give the folder to this process alone',
  ENOSPC: 'the disk is full. Free some of it, and open the folder again: nothing that was acknowledged is lost',
  ENOTDIR: 'a file has the name of the folder, or of one above it. Give another folder',
  EPERM: 'the system does not allow it. Give the user of this process the right to read and write the folder and its files',
  EROFS: 'the file system can only be read. Mount it for writing, or give another folder',
};

/** Error codes of file systems without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];
const LINKS = 'the lock needs hard links, and this file system has none. Put the folder on another one, or use the store in SQLite (nextpick/sqlite)';

/**
 * Converts a system error to a NextpickError; others are returned unchanged.
 *
 * @param {string} folder
 * @param {any} error
 */
export function toStoreError(folder, error) {
  if (error instanceof NextpickError || typeof error?.code !== 'string') return error;
  const remedy = error.syscall === 'link' && NO_LINKS.includes(error.code) ? LINKS : (REMEDIES[error.code] ?? 'mend the cause, and open it again');
  const place = error.path ?? error.dest ?? folder;
  const call = error.syscall ? `, ${error.syscall}` : '';
  return new NextpickError('store', `${folder} could not be opened: ${remedy} (${error.code}${call}: ${place})`, { path: place, cause: error });
}
