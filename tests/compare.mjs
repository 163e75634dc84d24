// Compares two builds of the package: decisions, their ids, snapshots and models must be equal, byte for byte, on the sample, with a model fitted
// to it, under its operations, and in random worlds. Errors are compared by code and path: their wording may change.
//   node tests/compare.mjs OLD_PKG NEW_PKG [--worlds 150]      exits with 1 and prints the first difference
// A package of an earlier commit: git archive COMMIT pkg | tar -x -C DIRECTORY
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { readRecords } from '../pkg/files/index.js';
import { CASE_GENERATORS } from './fuzz/cases.mjs';
import { InputGenerator, NOW, Random } from './fuzz/inputs.mjs';

const FILES = { items: 'items.jsonl', users: 'users.csv', groups: 'groups.jsonl', channels: 'channels.json', interactions: 'interactions.csv.gz' };
/** Number of interactions of the sample that are observed and fitted. */
const OBSERVED = 8000;
/** Number of users of the sample that decisions are made for, in addition to all groups. */
const USERS = 300;
const HOUR = 3_600_000;
const POLICIES = [{ type: 'greedy' }, { type: 'thompson' }, { type: 'softmax', temperature: 0.2 }, { type: 'epsilon-greedy', epsilon: 0.3 }];

class Difference extends Error {}

/** Two recommenders of different builds that receive the same calls. */
class Pair {
  constructor(recommenders, counts, name) {
    Object.assign(this, { recommenders, counts, name });
  }
  /** Calls a verb on both and returns its result; throws if the results differ. */
  call(verb, ...args) {
    const [old, now] = this.recommenders.map((rec) => outcomeOf(() => rec[verb](...structuredClone(args))));
    if (old.text !== now.text) throw new Difference(`${this.name}: ${verb} ${JSON.stringify(args).slice(0, 300)}\n  old ${excerptAt(old.text, now.text)}\n  new ${excerptAt(now.text, old.text)}`);
    if (!old.error && (verb === 'recommend' || verb === 'recommendAll')) this.counts.decisions += [old.value].flat().length;
    return now.value;
  }
  /** Compares the snapshots; throws if a byte differs. */
  compareSnapshots() {
    const [old, now] = this.recommenders.map((rec) => Buffer.from(rec.toSnapshot()));
    if (!old.equals(now)) throw new Difference(`${this.name}: snapshots of ${old.length} and ${now.length} bytes, first difference at byte ${old.findIndex((byte, at) => byte !== now[at])}`);
    this.counts.snapshots += 1;
  }
}

function outcomeOf(call) {
  try {
    const value = call();
    return { value, text: JSON.stringify(value) ?? 'undefined' };
  } catch (error) {
    return { error, text: `error ${error.code} at ${error.path}` };
  }
}

/** Returns the part of `text` around its first difference from `other`. */
function excerptAt(text, other) {
  const at = [...text].findIndex((letter, n) => letter !== other[n]);
  return `…${text.slice(Math.max(0, at - 60), at + 120)}…`;
}

async function compareOnSample(packages, counts) {
  const read = async (sort) => {
    const [name, records] = [FILES[sort], []];
    for await (const batch of readRecords(readFileSync(new URL(`../sample/${name}`, import.meta.url)), { sort, name })) records.push(...batch.map(({ record }) => record));
    return records;
  };
  const files = {};
  for (const sort of Object.keys(FILES)) files[sort] = await read(sort);
  const json = (name) => JSON.parse(readFileSync(new URL(`../sample/${name}`, import.meta.url), 'utf8'));
  const { interactions, ...tables } = files;
  const log = interactions.slice(0, OBSERVED);
  const now = log.reduce((latest, { at }) => Math.max(latest, at), 0);
  const config = json('config.json');
  const pair = new Pair(await Promise.all(packages.map(({ createRecommender }) => createRecommender({ ...tables, config, interactions: log }))), counts, 'sample');
  const subjects = [...files.users.slice(0, USERS).map(({ id }) => ({ user: id })), ...files.groups.map(({ id }) => ({ group: id }))];
  const decide = () =>
    subjects.forEach((subject, n) => pair.call('recommend', { ...subject, now, count: 1 + (n % 6), seed: n, policy: POLICIES[n % POLICIES.length] }, { explain: n % 3 === 0 }));
  decide();
  pair.compareSnapshots();

  pair.name = 'fitted model';
  const models = await Promise.all(packages.map(({ fit }) => fit({ ...tables, config, events: log, seed: 7 })));
  if (!isDeepStrictEqual(models[0], models[1])) throw new Difference('the models fitted to the sample, or their reports, differ');
  pair.recommenders.forEach((rec, n) => rec.useModel(models[n].model));
  decide();

  pair.name = 'operations';
  pair.call('setOperations', json('operations.json'));
  subjects.forEach((subject, n) => {
    const decision = pair.call('recommend', { ...subject, now: now + n, count: 3 });
    if (decision && n % 2 === 0) pair.call('accept', decision);
  });
  pair.call('dueSteps', { now: now + HOUR });
  pair.call('stats');
  pair.compareSnapshots();
}

async function compareOnRandomWorld(packages, counts, seed) {
  const { config, steps } = CASE_GENERATORS.verbs(new InputGenerator(new Random(seed)));
  const made = await Promise.all(packages.map(({ createRecommender }) => createRecommender({ config }).catch((error) => error)));
  if (made.listBetween((one) => one instanceof Error)) {
    if (made[0].code !== made[1].code || made[0].path !== made[1].path) throw new Difference(`world ${seed}: configuration`);
    return;
  }
  const pair = new Pair(made, counts, `world ${seed}`);
  for (const [verb, ...args] of steps) pair.call(verb, ...args);
  for (const subject of [{ user: 'u0' }, { user: 'u1' }, { group: 'g0' }, { user: 'nobody' }]) {
    for (const [n, policy] of POLICIES.entries()) pair.call('recommend', { ...subject, now: NOW + n * HOUR, count: 4, seed, policy }, { explain: true });
  }
  pair.compareSnapshots();
  made.forEach((rec) => rec.dispose());
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { worlds: { type: 'string', default: '150' } } });
if (positionals.length !== 2) {
  console.error('Usage: node tests/compare.mjs OLD_PKG NEW_PKG [--worlds N]');
  process.exit(2);
}
const counts = { decisions: 0, snapshots: 0 };
try {
  const packages = await Promise.all(positionals.map((path) => import(pathToFileURL(resolve(path, 'node.js')))));
  await compareOnSample(packages, counts);
  for (let seed = 1; seed <= Number(values.worlds); seed += 1) await compareOnRandomWorld(packages, counts, seed);
  console.log(`equal: ${counts.decisions} decisions, ${counts.snapshots} snapshots, a fitted model and its report`);
} catch (error) {
  if (!(error instanceof Difference)) throw error;
  console.error(`different after ${counts.decisions} equal decisions\n${error.message}`);
  process.exitCode = 1;
}
