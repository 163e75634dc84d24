// Digests of all results over a part of the sample: decisions, snapshot, model, reports. Refactoring must not change them.
import { createHash } from 'node:crypto';

import { readRecords } from '../pkg/files/index.js';

const FILES = { items: 'items.jsonl', users: 'users.csv', groups: 'groups.jsonl', channels: 'channels.json', interactions: 'interactions.csv.gz' };
/** Number of interactions observed: the first of the sample. */
const OBSERVED = 6000;

const digest = (value) => createHash('sha256').update(value instanceof Uint8Array ? value : JSON.stringify(value)).digest('hex').slice(0, 32);

async function rows(bytes, sort, name) {
  const all = [];
  for await (const batch of readRecords(bytes, { sort, name })) all.push(...batch.map(({ record }) => record));
  return all;
}

/** Returns the digests by name. `read` returns the bytes of a file of the sample. */
export async function results({ createRecommender, fit, evaluateReplay, evaluateCases, makeCases }, read) {
  const given = {};
  for (const [sort, name] of Object.entries(FILES)) given[sort] = await rows(await read(name), sort, name);
  const config = JSON.parse(new TextDecoder().decode(await read('config.json')));
  const log = given.interactions.slice(0, OBSERVED);
  const { interactions, ...world } = given;
  const now = log.reduce((latest, { at }) => Math.max(latest, at), 0);
  const rec = await createRecommender({ ...world, config, interactions: log });
  const found = {};
  const decide = (name) => {
    const subjects = [...given.users.slice(0, 40).map(({ id }) => ({ user: id })), ...given.groups.map(({ id }) => ({ group: id }))];
    found[name] = digest(subjects.map((subject) => rec.recommend({ ...subject, now, count: 5 }, { explain: true })));
  };
  decide('decisions');
  for (const { id } of given.users.slice(0, 20)) rec.accept(rec.recommend({ user: id, now }));
  found.snapshot = digest(rec.toSnapshot());
  const { model, report } = await fit({ ...world, config, events: log, seed: 7 });
  Object.assign(found, { model: digest(model), 'fit report': digest(report) });
  rec.useModel(model);
  decide('fitted decisions');
  found['fitted snapshot'] = digest(rec.toSnapshot());
  const evaluated = { items: given.items, groups: given.groups, events: log, config, bootstrap: 20, seed: 7 };
  found.replay = digest(await evaluateReplay({ ...evaluated, from: now - 14 * 86_400_000 }));
  const cases = await makeCases({ items: given.items, groups: given.groups, events: log, seed: 7 });
  found.cases = digest(await evaluateCases({ ...evaluated, cases }));
  return found;
}
