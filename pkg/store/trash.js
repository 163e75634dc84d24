/**
 * @file Where files go that do not count: `trash-1/`, `trash-2/`, …. An opening moves them there, and removes what the one before has moved, so
 * that somebody who copied the wrong file has until then.
 */

import { join } from 'node:path';

const NAME = /^trash-(\d+)$/;
const trashIn = (names) => names.filter((name) => NAME.test(name));

/** Moves files into a new folder of trash; gives back its name, or nothing if there were none. */
export async function moveToTrash(fs, folder, names, files) {
  if (!files.length) return undefined;
  const last = Math.max(0, ...trashIn(names).map((name) => Number(NAME.exec(name)[1])));
  const trash = `trash-${last + 1}`;
  await fs.mkdir(join(folder, trash));
  for (const name of files) await fs.rename(join(folder, name), join(folder, trash, name));
  return trash;
}

/** Removes all trash that is named, but for one folder. */
export async function emptyTrash(fs, folder, names, kept) {
  for (const name of trashIn(names)) if (name !== kept) await fs.rm(join(folder, name), { recursive: true, force: true });
}
