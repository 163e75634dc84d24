/** @file Opens, imports and replaces the data. */

import { announce, perform } from '../commands.js';
import { keep, kept, keysOf } from '../db/admin.js';
import { engine, isCancelled } from '../engine/index.js';
import { sample } from '../engine/sample.js';
import { startJob } from '../jobs.js';
import { store } from '../store.js';
import { WINDOW_HOURS } from '../week/model.js';
import { share, takeOver } from '../tabs.js';
import { t } from '../words/index.js';

/**
 * Stored description of the data: name, database, and size of the log.
 * @typedef {{ id: string, name: string, database?: string, log: { interactions: number, end?: number }, loadedAt: number }} Workspace
 */

/** Opens the data of an earlier visit, or the sample. */
export async function openData() {
  /** @type {Workspace | undefined} */
  const workspace = await kept('workspace');
  if (!workspace) return openSample();
  store.patch('data', { phase: 'opening' });
  try {
    const { writer } = store.get('session');
    const { world } = writer ? await engine.ordered('openStored', workspace) : await engine.ordered('openSnapshot', workspace);
    if (world) enter(world, { kind: 'own', id: workspace.id, name: workspace.name });
    else store.patch('data', { phase: 'waiting' });
  } catch (error) {
    fail(error);
  }
}

/** Opens the sample. @param {Record<string, any>} [instead] Replacements of its files, by type: a configuration, operations. */
export async function openSample(instead = {}) {
  const given = Object.entries(instead).map(([sort, content]) => [sort, { name: `${sort}.json`, file: new Blob([JSON.stringify(content ?? {})]) }]);
  const files = { ...sample, ...Object.fromEntries(given) };
  await loading(t.shell.sample, (options) => engine.job('openSample', { files }, options), async ({ world }, { signal }) => {
    if (!signal.aborted) await repeatSent();
    if (!signal.aborted) enter(world, { kind: 'sample', id: 'sample', name: undefined });
  });
}

/** Repeats the hand-overs of the sample's plans, since the sample is not stored. */
async function repeatSent() {
  const plans = await Promise.all((await keysOf('plan:sample:')).map(kept));
  const messages = plans.flatMap((plan) => plan.messages).filter(({ state }) => state === 'handed' || state === 'sent');
  if (messages.length) await engine.ordered('repeatSent', { messages, hours: WINDOW_HOURS });
}

/** Replaces one's own data by the sample. */
export const useSample = () =>
  perform({
    verb: 'sample',
    async change() {
      const workspace = await kept('workspace');
      await keep('workspace', undefined);
      await openSample();
      if (workspace?.database) await engine.ordered('removeStored', { database: workspace.database });
      share({ kind: 'records' });
    },
  });

/**
 * Replaces the operator's data by files, or adds them to it. The old data is kept until the new data is complete, and if loading fails or is cancelled.
 *
 * @param {Record<string, import('../engine/load.js').Source>} files By record type.
 * @param {{ leaveOut?: boolean, add?: boolean }} [options] Added records keep the data's id, and with it its plans.
 */
export async function importFiles(files, { leaveOut = false, add = false } = {}) {
  const fresh = `own-${Date.now().toString(36)}`;
  const database = store.get('session').memoryOnly ? undefined : `nextpick-${fresh}`;
  const { id, name: shown } = add ? store.get('data') : { id: fresh, name: files.items.name };
  await loading(t.shell.ownData, (options) => engine.job('importFiles', { files, leaveOut, database, add }, options), ({ world, log }) =>
    perform({
      verb: add ? 'add' : 'import',
      subject: add ? Object.values(files).map((file) => file.name).join(', ') : shown,
      async change() {
        const before = await kept('workspace');
        if (database) await keep('workspace', { id, name: shown, database, log, loadedAt: Date.now() });
        enter(world, { kind: 'own', id, name: shown });
        if (before?.database) await engine.ordered('removeStored', { database: before.database });
        if (database) void navigator.storage?.persist?.();
        await publish();
      },
    }),
  );
}

/** Notifies the other tabs of changed records, once the snapshot that they read is written. */
export async function publish() {
  await engine.ordered('publish', {});
  share({ kind: 'records' });
}

/** Load in progress. @type {ReturnType<typeof startJob> | undefined} */
let loadingNow;

/** Ends the load in progress, because other data replaces it. */
export const stopLoading = () => loadingNow?.cancel();

/** Runs a load as a job, and enters its data if there is any; else shows the problems of the files. */
async function loading(label, load, complete) {
  stopLoading();
  const job = (loadingNow = startJob(label));
  store.patch('data', { phase: store.get('data').world ? 'ready' : 'opening', failure: undefined, problems: undefined });
  try {
    const { world, log, ...report } = await load({ signal: job.signal, onProgress: ({ file, rows, done, total }) => job.update({ phase: t.shell.reading({ file, rows }), done, total }) });
    store.patch('data', { report: { ...report, loaded: Boolean(world) } });
    if (world) await complete({ world, log }, job);
  } catch (error) {
    if (!isCancelled(error)) fail(error);
    else if (!store.get('data').world) store.patch('data', { phase: 'waiting' });
  } finally {
    job.end();
  }
}

/** Uses loaded data. */
export function enter(world, { kind, id, name }) {
  const { revision = 0, report, restarted } = store.get('data');
  const byId = (records) => new Map(records.map((record) => [record.id, record]));
  store.set('data', {
    phase: 'ready', kind, id, name, world, report, restarted,
    items: byId(world.items), groups: byId(world.groups), users: byId(world.users),
    asOf: world.end ?? Date.now(), isEnd: world.end !== undefined, revision: revision + 1,
  });
  announce(t.shell.loaded(world.counts));
}

/** Changes the time for which the page decides: the end of the log, or another. */
export function setAsOf(at) {
  const { world } = store.get('data');
  store.patch('data', { asOf: at, isEnd: at === world.end });
}

/** Describes the data anew after its records changed; plans made before are then out of date. */
export async function refreshWorld() {
  const world = await engine.ordered('world', {});
  const { kind, id, name, asOf, isEnd } = store.get('data');
  enter(world, { kind, id, name });
  store.patch('data', { asOf, isEnd });
  await publish();
}

/** Becomes the tab that writes. */
export async function takeOverData() {
  if (await takeOver()) await openData();
}

/** The page cannot continue: the message, its code and path. */
function fail(error) {
  const { message, code, path, value } = error;
  store.patch('data', { phase: store.get('data').world && code !== 'broken' ? 'ready' : 'failed', failure: { message, code, path, value } });
}
