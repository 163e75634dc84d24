/**
 * @file Snapshot of the recommender in the origin's private file system, which tabs that may not write read. It is a
 *   cache: missing or foreign, the tab waits. Only the worker of the writing tab writes it.
 */

const FILE = 'nextpick.snapshot';

const folder = () => navigator.storage?.getDirectory?.();

/** Writes the snapshot; browsers without a private file system go without. */
export async function writeSnapshot(bytes) {
  try {
    const directory = await folder();
    if (!directory) return;
    const file = /** @type {any} */ (await directory.getFileHandle(FILE, { create: true }));
    const access = await file.createSyncAccessHandle();
    try {
      access.truncate(0);
      access.write(bytes, { at: 0 });
      access.flush();
    } finally {
      access.close();
    }
  } catch {
    // Storage is full or forbidden: the store itself is complete.
  }
}

/** Returns the snapshot, if there is one. */
export async function readSnapshot() {
  try {
    const directory = await folder();
    if (!directory) return undefined;
    const file = await (await directory.getFileHandle(FILE)).getFile();
    return file.size ? new Uint8Array(await file.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the snapshot. */
export async function removeSnapshot() {
  try {
    await (await folder())?.removeEntry(FILE);
  } catch {
    // There was none.
  }
}
