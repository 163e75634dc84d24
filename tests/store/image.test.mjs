// The memory image: same decisions and bytes as the snapshot, ignored if it is invalid, and without deleted data.
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

/** Runs the process over a folder and returns its output. */
async function run(folder, work, argument = '') {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, folder, work, argument]);
  return JSON.parse(stdout);
}
const imageIn = (folder) => join(folder, 'image.bin');
let places = 0;
/** Copies a folder. */
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

test('a folder opens to the same decisions and snapshot bytes with and without its image, which only its owner can read', async () => {
  assert.equal(statSync(imageIn(filled)).mode & 0o777, 0o600);
  const [one, other] = [copyOf(filled), without(filled)];
  assert.deepEqual(await run(one, 'read'), expected);
  assert.deepEqual(await run(other, 'read'), expected);
  // With log entries after the image.
  const [die, alone] = [copyOf(filled), without(filled)];
  const grown = await run(die, 'die');
  assert.notEqual(grown.decisions, expected.decisions);
  assert.deepEqual(await run(die, 'read'), grown);
  assert.deepEqual(await run(join(root, 'whole'), 'fillThenMore'), grown, 'same as without ending the process');
  assert.equal((await run(alone, 'die')).decisions, grown.decisions);
  assert.equal((await run(alone, 'read')).decisions, grown.decisions);
});

test('opening reads the image and not the snapshot, repeatedly', async () => {
  const folder = copyOf(filled);
  for (const work of ['read', 'more', 'read']) {
    const before = statSync(imageIn(folder)).atimeMs;
    assert.deepEqual((await run(folder, work)).notes, []);
    assert.ok(statSync(imageIn(folder)).atimeMs >= before);
  }
  // With an image, the snapshot is not parsed.
  const snapshot = readFileSync(join(folder, readdirSync(folder).filter((name) => name.startsWith('snapshot')).sort().at(-1)));
  const bytes = new Uint8Array(readFileSync(imageIn(folder)));
  const { recommender, problem } = await createImages(deciding).restore(imageInMemory(bytes), await imageKey(snapshot, undefined));
  assert.equal(problem, undefined);
  const loaded = await loadRecommender(snapshot);
  for (let i = 0; i < 40; i++) assert.deepEqual(recommender.recommend({ user: `u${i}`, now: Date.UTC(2026, 2, 31), count: 5 }), loaded.recommend({ user: `u${i}`, now: Date.UTC(2026, 2, 31), count: 5 }));
  assert.deepEqual(recommender.toSnapshot(), loaded.toSnapshot());
  const again = await createImages(deciding).restore(imageInMemory(bytes), await imageKey(snapshot, undefined));
  assert.deepEqual(again, {}, 'an instance that has had a recommender ignores the image');
});

test('an image that is altered, truncated, of another module, of another state or under another limit is ignored with a note', async () => {
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
    const { notes, ...result } = await run(folder, 'read');
    assert.deepEqual({ ...result, notes: [] }, expected);
    assert.equal(notes.length, 1, String(why));
    assert.match(/^the memory image was not used \((.*)\); the snapshot was read instead$/.exec(notes[0])?.[1] ?? notes[0], new RegExp(`^${why}$`));
    // The next process writes an image again.
    assert.deepEqual(await run(folder, 'read'), expected);
  }
  const limited = await run(copyOf(filled), 'read', JSON.stringify({ maxBytes: 200_000_000 }));
  assert.match(limited.notes[0], /was not used \(it belongs to another state\)/);
  const foreign = copyOf(filled);
  await run(foreign, 'more');
  const mixed = copyOf(filled);
  copyFileSync(imageIn(foreign), imageIn(mixed));
  assert.match((await run(mixed, 'read')).notes[0], /was not used \(it belongs to another state\)/);
});

test('if two folders are opened at once, at most one uses its image, and both states are complete', async () => {
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

/** Returns the names of the files in a folder that contain a text. */
const holding = (folder, text) => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));

test('forget removes the image before it resolves, the process writes no other, and after compact no file contains the id', async () => {
  const folder = copyOf(filled);
  await run(folder, 'secret');
  assert.ok(holding(folder, 'very-secret-user').includes('image.bin'), 'the image contains the id');
  await run(folder, 'forgetThenDie');
  assert.ok(!existsSync(imageIn(folder)), 'the image is removed when forget resolves');
  // The next process reads the deletion from the log and writes no image either, because its memory contained the id.
  await run(folder, 'more');
  assert.ok(!existsSync(imageIn(folder)));
  // The process after that starts from a snapshot without the id.
  await run(folder, 'read');
  assert.ok(existsSync(imageIn(folder)));
  assert.deepEqual(holding(folder, 'very-secret-user').filter((name) => name.startsWith('image')), []);
});

test('an image left by a process that ended during a deletion is removed at the next opening', async () => {
  const folder = copyOf(filled);
  await run(folder, 'secret');
  const image = readFileSync(imageIn(folder));
  await run(folder, 'forgetThenDie');
  // State after an end of the process between the log entry and the removal.
  writeFileSync(imageIn(folder), image);
  await run(folder, 'die');
  assert.ok(!existsSync(imageIn(folder)));
});

for (const work of ['expire', 'facet', 'fail']) {
  test(`after ${work} the process leaves no image`, async () => {
    const folder = copyOf(filled);
    await run(folder, work);
    // A failed call changes nothing, so no new snapshot without an image exists.
    if (work !== 'fail') assert.ok(!existsSync(imageIn(folder)));
    await run(folder, 'more');
    assert.ok(existsSync(imageIn(folder)));
  });
}

test('the image of a large state is written by the thread that writes its snapshot', async () => {
  const folder = join(root, 'large');
  const result = await run(folder, 'large');
  assert.ok(existsSync(imageIn(folder)));
  assert.deepEqual(await run(without(folder), 'read'), result);
  assert.deepEqual(await run(folder, 'read'), result);
});

test('after a kill during closing, the folder opens to the same state', async () => {
  const folder = copyOf(filled);
  const result = await run(copyOf(filled), 'more');
  for (let wait = 200; wait < 700; wait += 50) {
    const copy = copyOf(folder);
    const child = spawn(process.execPath, [PROCESS, copy, 'more'], { stdio: 'ignore' });
    // The process may end before it is killed.
    const closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, wait));
    child.kill('SIGKILL');
    await closed;
    const { notes, ...state } = await run(copy, 'more');
    assert.deepEqual({ ...state, notes: [] }, result);
    assert.ok(notes.every((note) => /memory image was not used|cannot be read/.test(note)), notes.join('\n'));
    assert.deepEqual(readdirSync(copy).filter((name) => name.endsWith('.part')), []);
  }
});

test('the two stack pointers are the only mutable globals of the module, and between calls they have their initial values', () => {
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
        // An initial value: i32.const or i64.const with its number, and the end opcode.
        at += 1;
        number();
        at += 1;
      }
    }
    at = end;
  }
  // Pointers of the stack in memory and of the reference stack in the table.
  const I32 = 0x7f;
  assert.deepEqual(mutable, [I32, I32]);
});
