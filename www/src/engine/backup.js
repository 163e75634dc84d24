/**
 * @file The workspace as one file: gzipped JSON lines, the first of which names the format. `entry` lines are the log of
 *   changes, from which the state follows; `kept` and `activity` lines belong to the page.
 */

import { jsonLines } from './lines.js';

const FORMAT = 'nextpick-workspace';
const VERSION = 1;
/** Entries appended at once. */
const CHUNK = 500;

/**
 * @param {any} recommender A durable one. @param {object} log Size and end of its log. @param {string} id Id of the data, part of keys that the page keeps.
 * @param {object[]} more Lines of the page.
 * @param {import('./serve.js').Work} work
 */
export async function backup(recommender, log, id, more, work) {
  let done = 0;
  const lines = new ReadableStream({
    async start(controller) {
      const put = (line) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      put({ format: FORMAT, version: VERSION, id, log });
      more.forEach(put);
      for await (const entry of recommender.history()) {
        put({ entry });
        done += 1;
        work.progress({ done, total: 0 });
        await work.breathe();
      }
      const model = recommender.model();
      if (model) put({ model: btoa(Array.from(model, (byte) => String.fromCharCode(byte)).join('')) });
      controller.close();
    },
  });
  return new Response(lines.pipeThrough(new CompressionStream('gzip'))).blob();
}

/**
 * Reads a backup into an empty store. Returns the lines of the page.
 * @param {File} file @param {any} store @param {import('./serve.js').Work} work
 */
export async function restore(file, store, work) {
  const foreign = () => Object.assign(new Error('not a backup of this page'), { code: 'format' });
  let [head, entries] = [undefined, []];
  const [kept, activity] = [[], []];
  await store.open();
  let read = 0;
  try {
    for await (const line of jsonLines(file, (done) => (read = done))) {
      if (!head) {
        if (line?.format !== FORMAT || line.version > VERSION) throw foreign();
        head = line;
      } else if (line.kept) kept.push(line.kept);
      else if (line.activity) activity.push(line.activity);
      else if (line.entry) entries.push(line.entry);
      if (entries.length < CHUNK) continue;
      await store.append(entries);
      entries = [];
      work.progress({ file: file.name, rows: 0, done: read, total: file.size });
      await work.breathe();
    }
  } catch (error) {
    if (error.code) throw error;
    throw Object.assign(foreign(), { cause: error });
  }
  if (!head) throw foreign();
  if (entries.length) await store.append(entries);
  await store.close();
  return { id: head.id, log: head.log, kept, activity };
}
