// Generators of test cases for a recommender. A case is plain data (`{ config, steps }`), so that it can be stored and shrunk.
import { toColumns } from '../../pkg/node.js';
import { NOW } from './inputs.mjs';

/** Generates the steps that most cases begin with: valid records, a log, sometimes operations. */
export function setupSteps({ random, ...inputs }) {
  const distinct = (make, n) => [...new Map(Array.from({ length: n }, make).map((record) => [record.id, withAcceptedValues(record)])).values()];
  return [
    ['putItems', distinct(inputs.items, 7)],
    ['putUsers', distinct(inputs.users, 3)],
    ['putGroups', distinct(inputs.groups, 2)],
    ['observeAll', random.list(25, inputs.interactions).map((record) => withAcceptedValues({ ...record, at: Math.min(inputs.recentTime(), NOW) }))],
    ...(random.chance(0.5) ? [['setOperations', inputs.operations.operations()]] : []),
  ];
}

/** Removes `data` and times that a recommender could refuse: setup steps must be accepted. */
function withAcceptedValues({ data, ...record }) {
  for (const field of ['publishedAt', 'joinedAt', 'createdAt']) if (field in record && !(Number.isInteger(record[field]) && Math.abs(record[field]) < 4e12)) delete record[field];
  if (Array.isArray(record.members)) record.members = record.members.map((member) => member.user ?? member);
  return record;
}

/** Generates a step: a verb with its arguments, some of them mutated. */
export function randomStep(inputs) {
  const { random } = inputs;
  const maybe = (value) => (random.chance(0.2) ? inputs.mutate(value) : value);
  const now = () => (random.chance(0.3) ? [{ now: inputs.now() }] : []);
  return random.pick([
    () => ['putItems', maybe(random.list(3, inputs.items))],
    () => ['putUsers', maybe(random.list(3, inputs.users))],
    () => ['putGroups', maybe(random.list(2, inputs.groups))],
    () => ['putChannels', maybe(random.list(2, inputs.channels))],
    () => ['removeItems', maybe([inputs.item()])],
    () => ['removeGroups', maybe([inputs.group()])],
    () => ['patchItems', maybe(random.list(2, inputs.items).map((record) => randomPatch(record, random)))],
    () => ['patchUsers', maybe(random.list(2, inputs.users).map((record) => randomPatch(record, random)))],
    () => ['patchGroups', maybe(random.list(2, inputs.groups).map((record) => randomPatch(record, random)))],
    () => ['observe', maybe(inputs.interactions()), ...now()],
    () => ['observe', maybe(inputs.interactions())],
    () => ['observeAll', maybe(random.list(9, inputs.interactions)), ...now()],
    () => ['observeAll', random.list(9, inputs.interactions)],
    () => columnsStep(inputs),
    () => ['recommend', maybe(inputs.request()), ...(random.chance(0.3) ? [maybe({ explain: true, reasons: random.chance(0.5) })] : [])],
    () => ['recommendAll', maybe(random.list(3, inputs.request))],
    () => ['accept', maybe(inputs.sent()), ...now()],
    () => ['accept', maybe(inputs.sent()), maybe({ recheck: random.chance(0.7), at: inputs.now() })],
    () => ['reserve', maybe(inputs.sent()), maybe(inputs.now() + random.below(40) * 86_400_000)],
    () => ['confirm', maybe(inputs.sent().id), maybe(inputs.now())],
    () => ['setOperations', maybe(inputs.operations.operations())],
    () => ['operations'],
    () => ['dueSteps', maybe(inputs.operations.dueRequest())],
    () => ['dueSteps', inputs.operations.dueRequest()],
    () => ['journeyStatus', maybe(inputs.operations.statusRequest())],
    () => ['tierReport', maybe({ now: inputs.now(), ...random.record({ since: [0.5, inputs.time], group: [0.3, inputs.group] }) })],
    () => ['contentStatus', maybe({ now: inputs.now(), ...random.record({ items: [0.3, inputs.operations.filter] }) })],
    () => ['profile', maybe({ ...random.pick([{ user: inputs.user() }, { group: inputs.group() }]), now: inputs.now(), limit: 1 + random.below(20) })],
    () => ['similar', maybe(inputs.item()), ...(random.chance(0.3) ? [maybe(5)] : [])],
    () => ['stats'],
    () => ['setPersonalised', maybe(inputs.user()), maybe(random.chance(0.4))],
    () => ['removeFacet', maybe(inputs.user()), maybe(random.pick(['tag:tea', 'category:a', 'term:tea', 'strange', ''])), inputs.time()],
    () => [random.pick(['blockFacet', 'unblockFacet']), maybe(inputs.user()), maybe(random.pick(['tag:tea', 'tag:茶', 'source:acc']))],
    () => ['forget', maybe(inputs.user())],
    () => ['expire', maybe(random.chance(0.5) ? inputs.recentTime() : inputs.time())],
    () => ['join', maybe({ group: inputs.group(), user: inputs.user(), at: inputs.time() })],
    () => ['leave', maybe({ group: inputs.group(), user: inputs.user() })],
    () => ['moveGroup', maybe({ from: inputs.group(), to: inputs.group() })],
    () => ['decision', maybe(random.pick(['d0', 'd1', inputs.sent().id]))],
    () => ['release', maybe(random.pick(['d0', 'd1', inputs.sent().id]))],
  ])();
}

/** Turns a record into a patch: a part of its fields, some of them null. */
function randomPatch({ id, ...fields }, random) {
  const kept = Object.entries(fields).filter(() => random.chance(0.5));
  return { id, ...Object.fromEntries(kept.map(([name, value]) => [name, random.chance(0.2) ? null : value])) };
}

/** Generates a columnar log, with a wrong length, index or time in some cases. */
function columnsStep(inputs) {
  const { random } = inputs;
  const log = random.list(12, inputs.interactions).map(({ user, group, item, kind, at, value }) => ({ user, group, item, kind, at: Number.isFinite(at) ? at : NOW, value }));
  const batch = toColumns(log);
  if (random.chance(0.3)) {
    const name = random.pick(['user', 'item', 'kind', 'at', 'group']);
    if (random.chance(0.3)) batch[name] = batch[name].slice(1);
    else if (batch[name].length) batch[name][random.below(batch[name].length)] = random.pick(name === 'at' ? [NaN, Infinity, 1.5, NOW * 1000, 8.64e15] : [-1, -2, 99, 2 ** 31 - 1]);
  } else if (random.chance(0.1)) return ['observeColumns', inputs.mutate(batch)];
  return ['observeColumns', batch, ...(random.chance(0.3) ? [{ now: inputs.now() }] : [])];
}

/** Generates a list of `least` to `most` entries. */
export const listBetween = (random, least, most, make) => Array.from({ length: least + random.below(most - least + 1) }, make);

/** Generators of `{ config, steps }` for `runCase`, by target. */
export const CASE_GENERATORS = {
  verbs: (inputs) => ({ config: inputs.random.chance(0.7) ? undefined : inputs.config(), steps: [...setupSteps(inputs), ...listBetween(inputs.random, 5, 30, () => randomStep(inputs))] }),
  columns: (inputs) => ({ config: undefined, steps: [['putItems', [{ id: 'i0' }, { id: 'i1', tags: ['tea'] }]], ...listBetween(inputs.random, 3, 10, () => columnsStep(inputs)), ['forget', inputs.user()]] }),
  configuration: (inputs) => {
    const config = inputs.config();
    return { config: inputs.random.chance(0.6) ? inputs.mutate(config) : config, steps: [...setupSteps(inputs), ...listBetween(inputs.random, 2, 6, () => ['recommend', inputs.request()]), ['accept', inputs.sent()]] };
  },
  text: (inputs) => ({ config: undefined, steps: [['putItems', [{ id: 'i0' }, { id: 'i1' }]], ...listBetween(inputs.random, 8, 20, () => ['recommendText', mutateText(JSON.stringify(inputs.request()), inputs.random)])] }),
  withdrawals: (inputs) => ({ config: { repeats: 'always' }, steps: [['putItems', [{ id: 'i0' }, { id: 'i1' }]], ...listBetween(inputs.random, 4, 8, () => clickStep(inputs, NOW)), ...listBetween(inputs.random, 3, 14, () => withdrawalStep(inputs))] }),
};

const DAY = 86_400_000;
const clickStep = ({ random, user }, at) => ['observe', { user: user(), ...(random.chance(0.2) && { group: 'g0' }), item: random.pick(['i0', 'i1']), kind: random.pick(['click', 'like', 'save']), at }];

/** Generates withdrawals and opt-outs at arbitrary remaining: an earlier version subtracted decayed sums, which became negative. */
function withdrawalStep(inputs) {
  const { random } = inputs;
  return random.pick([
    () => clickStep(inputs, random.chance(0.5) ? NOW + random.pick([2, 30, 365, 4000]) * DAY : inputs.time()),
    () => ['setPersonalised', inputs.user(), random.chance(0.3)],
    () => ['forget', inputs.user()],
    () => ['expire', inputs.recentTime()],
    () => ['recommend', { ...inputs.subject(), now: NOW + random.pick([0, 0, 0, 1, 40]) * DAY, count: 9 }],
    () => ['profile', { user: inputs.user(), now: inputs.now() }],
  ])();
}

/** Inserts or replaces up to two fragments of a JSON text. */
export function mutateText(text, random) {
  let mutated = text;
  for (let remaining = random.below(3); remaining > 0; remaining -= 1) {
    const at = random.below(mutated.length + 1);
    const inserted = random.pick(['', '"', '{', '[', ']', '}', ',', ':', '\\', '\\u00', '\\ud800', '1e999', '-', '0', 'null', '\u0000', '[['.repeat(40), '茶', ' ', '9'.repeat(400)]);
    mutated = mutated.slice(0, at) + inserted + mutated.slice(at + random.below(4));
  }
  return mutated;
}
