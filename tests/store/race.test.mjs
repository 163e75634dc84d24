// Five processes compete for one folder; they are stopped, continued and killed at random, with clocks that jump by a day: two never write at once.
// RACE_SECONDS=60 runs longer.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { fileStore, openRecommender } from '../../pkg/store/node.js';
import { drawing } from './contract.mjs';
import { folder } from './places.mjs';

const RACER = fileURLToPath(new URL('racer.mjs', import.meta.url));
const SECONDS = Number(process.env.RACE_SECONDS ?? (process.env.FULL ? 60 : 12));
const SEED = Number(process.env.RACE_SEED ?? Date.now() % 1_000_000);
const windows = process.platform === 'win32' && 'Windows stops no process';

test('five processes, stopped and killed at random, never acknowledge the same entry twice and lose none', { skip: windows }, async (t) => {
  t.diagnostic(`RACE_SEED=${SEED}`);
  const { below, one } = drawing(SEED);
  const place = join(folder, 'raced');
  const [acknowledged, complaints, racers] = [[], [], new Map()];
  let started = 0;
  const start = (name) => {
    const child = spawn(process.execPath, [RACER, place, `${name}${(started += 1)}`, below(1e6)], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => (line.startsWith('!') ? complaints : acknowledged).push(line));
    racers.set(name, child);
  };
  const kill = async (child) => {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  for (const name of 'abcde') start(name);
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; ) {
    await wait(20 + below(120));
    const name = one([...racers.keys()]);
    const child = racers.get(name);
    if (below(5) === 0) {
      await kill(child);
      start(name);
    } else {
      child.kill('SIGSTOP');
      // Sometimes long enough for the others to presume it dead.
      wait(below(400)).then(() => child.kill('SIGCONT'));
    }
  }
  await Promise.all([...racers.values()].map(kill));
  assert.deepEqual(complaints, []);
  const rec = await openRecommender(fileStore(place, { lockTimes: { beat: 20, patience: 200 } }));
  const found = (await rec.interactions()).map(({ id }) => id);
  await rec.close();
  const lost = acknowledged.filter((id) => !found.includes(id));
  t.diagnostic(`${acknowledged.length} acknowledged by ${new Set(acknowledged.map((id) => id.split('-')[0])).size} processes`);
  assert.deepEqual(lost, [], `RACE_SEED=${SEED}`);
  assert.equal(new Set(found).size, found.length);
  assert.ok(acknowledged.length > 50);
});
