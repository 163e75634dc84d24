// The memory image: the same decisions and bytes as the snapshot, passed over whatever is wrong with it, and no trace of what was deleted.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createImages, imageInMemory, imageKey } from '../../pkg/image.js';
import { deciding } from '../../pkg/load/deciding.js';
import { loadRecommender } from '../../pkg/node.js';

const root = mkdtempSync(join(tmpdir(), 'nextpick-image-'));
after(() => rmSync(root, { recursive: true, force: true }));
const PROCESS = fileURLToPath(new URL('./image-process.mjs', import.meta.url));

/** Runs a process over a folder; what it told. */
async function run(folder, work, argument = '') {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, folder, work, argument]);
  return JSON.parse(stdout);
}
const imageIn = (folder) => join(folder, 'image.bin');
let places = 0;
/** A copy of a folder. */
function copyOf(folder) {
  const copy = join(root, `copy-${(places += 1)}`);
  cpSync(folder, copy, { recursive: true });
  return copy;
}
const without = (folder) => {
  const copy = copyOf(folder);
  rmSync(imageIn(copy), { force: true });
  return copy;
};

const filled = join(root, 'filled');
let expected;
before(async () => {
  expected = await run(filled, 'fill');
  assert.deepEqual(expected.notes, []);
  assert.ok(existsSync(imageIn(filled)), 'closing leaves an image');
});

test('a folder with its image opens to the same decisions and snapshot bytes as without, and only its owner can read it', async () => {
  assert.equal(statSync(imageIn(filled)).mode & 0o777, 0o600);
  const [one, other] = [copyOf(filled), without(filled)];
  assert.deepEqual(await run(one, 'read'), expected);
  assert.deepEqual(await run(other, 'read'), expected);
  // With the log behind it.
  const [die, alone] = [copyOf(filled), without(filled)];
  const grown = await run(die, 'die');
  assert.notEqual(grown.decisions, expected.decisions);
  assert.deepEqual(await run(die, 'read'), grown);
  assert.deepEqual(await run(join(root, 'whole'), 'fillThenMore'), grown, 'as if the process had never ended');
  assert.equal((await run(alone, 'die')).decisions, grown.decisions);
  assert.equal((await run(alone, 'read')).decisions, grown.decisions);
});

test('an opening reads the image, not the snapshot, and the next one too', async () => {
  const folder = copyOf(filled);
  for (const work of ['read', 'more', 'read']) {
    const before = statSync(imageIn(folder)).atimeMs;
    assert.deepEqual((await run(folder, work)).notes, []);
    assert.ok(statSync(imageIn(folder)).atimeMs >= before);
  }
  // An image that is used needs no snapshot to be parsed: the restored recommender is the one of the image.
  const snapshot = readFileSync(join(folder, readdirSync(folder).filter((name) => name.startsWith('snapshot')).sort().at(-1)));
  const bytes = new Uint8Array(readFileSync(imageIn(folder)));
  const { recommender, problem } = await createImages(deciding).restore(imageInMemory(bytes), await imageKey(snapshot, undefined));
  assert.equal(problem, undefined);
  const loaded = await loadRecommender(snapshot);
  for (let i = 0; i < 40; i++) assert.deepEqual(recommender.recommend({ user: `u${i}`, now: Date.UTC(2026, 2, 31), count: 5 }), loaded.recommend({ user: `u${i}`, now: Date.UTC(2026, 2, 31), count: 5 }));
  assert.deepEqual(recommender.toSnapshot(), loaded.toSnapshot());
  const again = await createImages(deciding).restore(imageInMemory(bytes), await imageKey(snapshot, undefined));
  assert.deepEqual(again, {}, 'an instance that has had a recommender takes no image');
});

test('an image that is altered, cut, of another module, of another state or under another limit is passed over with a note', async () => {
  const bytes = readFileSync(imageIn(filled));
  const altered = (place) => {
    const other = Buffer.from(bytes);
    other[place] ^= 1 << (place % 8);
    return other;
  };
  const cases = [
    [Buffer.alloc(0), 'it has another format'],
    [bytes.subarray(0, 100), 'it has another format'],
    [bytes.subarray(0, bytes.length - 1), 'it is cut or damaged'],
    [Buffer.concat([bytes, Buffer.alloc(1)]), 'it is cut or damaged'],
    [altered(3), 'it has another format'],
    [altered(44), 'it has another format'],
    [altered(61), 'another build of the module wrote it'],
    [altered(93), 'it belongs to another state'],
    [altered(48), 'it is cut or damaged'],
    // Table, address, a checksum, the bitmap, the first and the last block.
    ...[52, 56, 58, 8, 130, 4096, bytes.length - 1, Math.floor(bytes.length / 2)].map((place) => [altered(place), 'it is cut or damaged']),
  ];
  for (const [content, why] of cases) {
    const folder = copyOf(filled);
    writeFileSync(imageIn(folder), content);
    const { notes, ...told } = await run(folder, 'read');
    assert.deepEqual({ ...told, notes: [] }, expected);
    assert.equal(notes.length, 1, String(why));
    assert.match(/^the memory image was passed over \((.*)\); the snapshot was read instead$/.exec(notes[0])?.[1] ?? notes[0], new RegExp(`^${why}$`));
    // The next process has an image again.
    assert.deepEqual(await run(folder, 'read'), expected);
  }
  const limited = await run(copyOf(filled), 'read', JSON.stringify({ maxBytes: 200_000_000 }));
  assert.match(limited.notes[0], /passed over \(it belongs to another state\)/);
  const foreign = copyOf(filled);
  await run(foreign, 'more');
  const mixed = copyOf(filled);
  copyFileSync(imageIn(foreign), imageIn(mixed));
  assert.match((await run(mixed, 'read')).notes[0], /passed over \(it belongs to another state\)/);
});

test('of two folders that are opened at once, one at most takes its image, and both are whole', async () => {
  const [one, other] = [copyOf(filled), copyOf(filled)];
  const script = `
    const { openRecommender } = await import(${JSON.stringify(new URL('../../pkg/store/node.js', import.meta.url).href)});
    const both = await Promise.all(${JSON.stringify([one, other])}.map((folder) => openRecommender(folder)));
    const decided = both.map((rec) => JSON.stringify(Array.from({ length: 40 }, (_, i) => rec.recommend({ user: 'u' + i, now: ${Date.UTC(2026, 2, 31)}, count: 5 }))));
    console.log(JSON.stringify({ same: decided[0] === decided[1], notes: both.flatMap((rec) => rec.notes) }));
    await Promise.all(both.map((rec) => rec.close()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const { same, notes } = JSON.parse(stdout);
  assert.ok(same);
  assert.deepEqual(notes, []);
});

/** Names of the files of a folder in which a text stands. */
const holding = (folder, text) => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));

test('forget removes the image before it resolves, this process writes none, and the id is in no file after compact', async () => {
  const folder = copyOf(filled);
  await run(folder, 'secret');
  assert.ok(holding(folder, 'very-secret-user').includes('image.bin'), 'the image holds it');
  await run(folder, 'forgetThenDie');
  assert.ok(!existsSync(imageIn(folder)), 'gone when forget had resolved');
  // The next process reads the deletion from the log: it writes no image either, since its memory held the id.
  await run(folder, 'more');
  assert.ok(!existsSync(imageIn(folder)));
  // The one after that begins with a snapshot without the id.
  await run(folder, 'read');
  assert.ok(existsSync(imageIn(folder)));
  assert.deepEqual(holding(folder, 'very-secret-user').filter((name) => name.startsWith('image')), []);
});

test('an image that a process which ended in a deletion left is removed at the next opening', async () => {
  const folder = copyOf(filled);
  await run(folder, 'secret');
  const image = readFileSync(imageIn(folder));
  await run(folder, 'forgetThenDie');
  // As if the process had ended between the log and the removal.
  writeFileSync(imageIn(folder), image);
  await run(folder, 'die');
  assert.ok(!existsSync(imageIn(folder)));
});

for (const work of ['expire', 'facet', 'fail']) {
  test(`after ${work} the process leaves no image`, async () => {
    const folder = copyOf(filled);
    await run(folder, work);
    // A failed call changes nothing, so there is no new snapshot whose image would be lacking.
    if (work !== 'fail') assert.ok(!existsSync(imageIn(folder)));
    await run(folder, 'more');
    assert.ok(existsSync(imageIn(folder)));
  });
}

test('a large state gets its image in the thread that writes its snapshot', async () => {
  const folder = join(root, 'large');
  const told = await run(folder, 'large');
  assert.ok(existsSync(imageIn(folder)));
  assert.deepEqual(await run(without(folder), 'read'), told);
  assert.deepEqual(await run(folder, 'read'), told);
});

test('a process killed while it closes leaves a folder that opens to the same state', async () => {
  const folder = copyOf(filled);
  const told = await run(copyOf(filled), 'more');
  for (let wait = 200; wait < 700; wait += 50) {
    const copy = copyOf(folder);
    const child = spawn(process.execPath, [PROCESS, copy, 'more'], { stdio: 'ignore' });
    // It may end by itself before it is killed.
    const closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, wait));
    child.kill('SIGKILL');
    await closed;
    const { notes, ...state } = await run(copy, 'more');
    assert.deepEqual({ ...state, notes: [] }, told);
    assert.ok(notes.every((note) => /memory image was passed over|cannot be read/.test(note)), notes.join('\n'));
    assert.deepEqual(readdirSync(copy).filter((name) => name.endsWith('.part')), []);
  }
});

test('of the module’s globals its two stack pointers alone can change: they are at their start between calls', () => {
  const bytes = readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url));
  let at = 8;
  const number = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const mutable = [];
  while (at < bytes.length) {
    const [section, size] = [bytes[at++], number()];
    const end = at + size;
    const GLOBALS = 6;
    if (section === GLOBALS) {
      for (let left = number(); left > 0; left--) {
        const [type, isMutable] = [bytes[at++], bytes[at++]];
        if (isMutable) mutable.push(type);
        // An initial value: i32.const or i64.const with its number, and the end.
        at += 1;
        number();
        at += 1;
      }
    }
    at = end;
  }
  // Of the stack in memory, and of that of references in the table.
  const I32 = 0x7f;
  assert.deepEqual(mutable, [I32, I32]);
});
