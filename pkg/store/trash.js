/**
 * @file Folders for invalid files: `trash-1/`, `trash-2/`, …. An opening moves files there and removes those of the
 *   previous opening, so that a file copied by mistake can be recovered until then.
 */

import { join } from 'node:path';

const NAME = /^trash-(\d+)$/;
/** @param {string} name */
const numberOf = (name) => Number(NAME.exec(name)?.[1] ?? NaN);
/**
 * @param {string[]} names
 * @returns {string[]}
 */
const trashIn = (names) => names.filter((name) => NAME.test(name));

/**
 * Moves files into a new trash folder; returns its name, or `undefined` without files.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string[]} names
 * @param {string[]} files
 */
export async function moveToTrash(fs, folder, names, files) {
  if (!files.length) return undefined;
  const last = Math.max(0, ...trashIn(names).map(numberOf));
  const trash = `trash-${last + 1}`;
  await fs.mkdir(join(folder, trash));
  for (const name of files) await fs.rename(join(folder, name), join(folder, trash, name));
  return trash;
}

/**
 * Removes all named trash folders except `kept`.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string[]} names
 * @param {string} [kept]
 */
export async function emptyTrash(fs, folder, names, kept) {
  for (const name of trashIn(names)) if (name !== kept) await fs.rm(join(folder, name), { recursive: true, force: true });
}
