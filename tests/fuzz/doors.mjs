// The doors of the package, each as a way to draw a case and a way to play it. A case is data, so that it can be kept and made smaller.
import { toColumns } from '../../pkg/node.js';
import { T } from './draw.mjs';

/** A world that most cases begin with: sound records and a log. */
export function opening({ draw, ...words }) {
  const distinct = (make, n) => [...new Map(Array.from({ length: n }, make).map((record) => [record.id, finite(record)])).values()];
  return [
    ['putItems', distinct(words.items, 7)],
    ['putUsers', distinct(words.users, 3)],
    ['putGroups', distinct(words.groups, 2)],
    ['observeAll', draw.list(25, words.interactions).map((record) => finite({ ...record, at: Math.min(words.near(), T) }))],
    ...(draw.chance(0.5) ? [['setOperations', words.operations.operations()]] : []),
  ];
}

/** Without the host's data and with times that any build takes: an opening is to be accepted. */
function finite({ data, ...record }) {
  for (const field of ['publishedAt', 'joinedAt', 'createdAt']) if (field in record && !(Number.isInteger(record[field]) && Math.abs(record[field]) < 4e12)) delete record[field];
  if (Array.isArray(record.members)) record.members = record.members.map((member) => member.user ?? member);
  return record;
}

/** One step: a verb with what it takes, sometimes bent. */
export function verb(words) {
  const { draw } = words;
  const maybe = (value) => (draw.chance(0.2) ? words.bent(value) : value);
  const now = () => (draw.chance(0.3) ? [{ now: words.now() }] : []);
  return draw.of([
    () => ['putItems', maybe(draw.list(3, words.items))],
    () => ['putUsers', maybe(draw.list(3, words.users))],
    () => ['putGroups', maybe(draw.list(2, words.groups))],
    () => ['putChannels', maybe(draw.list(2, words.channels))],
    () => ['removeItems', maybe([words.item()])],
    () => ['removeGroups', maybe([words.group()])],
    () => ['patchItems', maybe(draw.list(2, words.items).map((record) => patched(record, draw)))],
    () => ['patchUsers', maybe(draw.list(2, words.users).map((record) => patched(record, draw)))],
    () => ['patchGroups', maybe(draw.list(2, words.groups).map((record) => patched(record, draw)))],
    () => ['observe', maybe(words.interactions()), ...now()],
    () => ['observe', maybe(words.interactions())],
    () => ['observeAll', maybe(draw.list(9, words.interactions)), ...now()],
    () => ['observeAll', draw.list(9, words.interactions)],
    () => columns(words),
    () => ['recommend', maybe(words.request()), ...(draw.chance(0.3) ? [maybe({ explain: true, reasons: draw.chance(0.5) })] : [])],
    () => ['recommendAll', maybe(draw.list(3, words.request))],
    () => ['accept', maybe(words.sent()), ...now()],
    () => ['accept', maybe(words.sent()), maybe({ recheck: draw.chance(0.7), at: words.now() })],
    () => ['reserve', maybe(words.sent()), maybe(words.now() + draw.below(40) * 86_400_000)],
    () => ['confirm', maybe(words.sent().id), maybe(words.now())],
    () => ['setOperations', maybe(words.operations.operations())],
    () => ['operations'],
    () => ['dueSteps', maybe(words.operations.dueRequest())],
    () => ['dueSteps', words.operations.dueRequest()],
    () => ['journeyStatus', maybe(words.operations.statusRequest())],
    () => ['tierReport', maybe({ now: words.now(), ...draw.record({ since: [0.5, words.time], group: [0.3, words.group] }) })],
    () => ['contentStatus', maybe({ now: words.now(), ...draw.record({ items: [0.3, words.operations.filter] }) })],
    () => ['profile', maybe({ ...draw.of([{ user: words.user() }, { group: words.group() }]), now: words.now(), limit: 1 + draw.below(20) })],
    () => ['similar', maybe(words.item()), ...(draw.chance(0.3) ? [maybe(5)] : [])],
    () => ['stats'],
    () => ['setPersonalised', maybe(words.user()), maybe(draw.chance(0.4))],
    () => ['removeFacet', maybe(words.user()), maybe(draw.of(['tag:tea', 'category:a', 'term:tea', 'strange', ''])), words.time()],
    () => [draw.of(['blockFacet', 'unblockFacet']), maybe(words.user()), maybe(draw.of(['tag:tea', 'tag:茶', 'source:acc']))],
    () => ['forget', maybe(words.user())],
    () => ['expire', maybe(draw.chance(0.5) ? words.near() : words.time())],
    () => ['join', maybe({ group: words.group(), user: words.user(), at: words.time() })],
    () => ['leave', maybe({ group: words.group(), user: words.user() })],
    () => ['moveGroup', maybe({ from: words.group(), to: words.group() })],
    () => ['decision', maybe(draw.of(['d0', 'd1', words.sent().id]))],
    () => ['release', maybe(draw.of(['d0', 'd1', words.sent().id]))],
  ])();
}

/** A record as a patch: with some of its fields, and some removed. */
function patched({ id, ...fields }, draw) {
  const kept = Object.entries(fields).filter(() => draw.chance(0.5));
  return { id, ...Object.fromEntries(kept.map(([name, value]) => [name, draw.chance(0.2) ? null : value])) };
}

/** Columns, mostly sound; else with a place, a length or a number that is wrong. */
function columns(words) {
  const { draw } = words;
  const log = draw.list(12, words.interactions).map(({ user, group, item, kind, at, value }) => ({ user, group, item, kind, at: Number.isFinite(at) ? at : T, value }));
  const made = toColumns(log);
  if (draw.chance(0.3)) {
    const name = draw.of(['user', 'item', 'kind', 'at', 'group']);
    if (draw.chance(0.3)) made[name] = made[name].slice(1);
    else if (made[name].length) made[name][draw.below(made[name].length)] = draw.of(name === 'at' ? [NaN, Infinity, 1.5, T * 1000, 8.64e15] : [-1, -2, 99, 2 ** 31 - 1]);
  } else if (draw.chance(0.1)) return ['observeColumns', words.bent(made)];
  return ['observeColumns', made, ...(draw.chance(0.3) ? [{ now: words.now() }] : [])];
}

export const some = (draw, least, most, make) => Array.from({ length: least + draw.below(most - least + 1) }, make);

/** Ways to draw a case on a recommender: `{ config, steps }` as `play` takes it. */
export const CASES = {
  verbs: (words) => ({ config: words.draw.chance(0.7) ? undefined : words.config(), steps: [...opening(words), ...some(words.draw, 5, 30, () => verb(words))] }),
  columns: (words) => ({ config: undefined, steps: [['putItems', [{ id: 'i0' }, { id: 'i1', tags: ['tea'] }]], ...some(words.draw, 3, 10, () => columns(words)), ['forget', words.user()]] }),
  configuration: (words) => {
    const config = words.config();
    return { config: words.draw.chance(0.6) ? words.bent(config) : config, steps: [...opening(words), ...some(words.draw, 2, 6, () => ['recommend', words.request()]), ['accept', words.sent()]] };
  },
  text: (words) => ({ config: undefined, steps: [['putItems', [{ id: 'i0' }, { id: 'i1' }]], ...some(words.draw, 8, 20, () => ['recommendText', bentText(JSON.stringify(words.request()), words.draw)])] }),
  withdrawals: (words) => ({ config: { repeats: 'always' }, steps: [['putItems', [{ id: 'i0' }, { id: 'i1' }]], ...some(words.draw, 4, 8, () => click(words, T)), ...some(words.draw, 3, 14, () => withdrawal(words))] }),
};

const DAY = 86_400_000;
const click = ({ draw, user }, at) => ['observe', { user: user(), ...(draw.chance(0.2) && { group: 'g0' }), item: draw.of(['i0', 'i1']), kind: draw.of(['click', 'like', 'save']), at }];

/** Consent at any times: where sums were once subtracted, this is what made them negative. */
function withdrawal(words) {
  const { draw } = words;
  return draw.of([
    () => click(words, draw.chance(0.5) ? T + draw.of([2, 30, 365, 4000]) * DAY : words.time()),
    () => ['setPersonalised', words.user(), draw.chance(0.3)],
    () => ['forget', words.user()],
    () => ['expire', words.near()],
    () => ['recommend', { ...words.subject(), now: T + draw.of([0, 0, 0, 1, 40]) * DAY, count: 9 }],
    () => ['profile', { user: words.user(), now: words.now() }],
  ])();
}

/** JSON text with a few letters changed. */
export function bentText(text, draw) {
  let bent = text;
  for (let times = draw.below(3); times > 0; times -= 1) {
    const at = draw.below(bent.length + 1);
    const put = draw.of(['', '"', '{', '[', ']', '}', ',', ':', '\\', '\\u00', '\\ud800', '1e999', '-', '0', 'null', '\u0000', '[['.repeat(40), '茶', ' ', '9'.repeat(400)]);
    bent = bent.slice(0, at) + put + bent.slice(at + draw.below(4));
  }
  return bent;
}
