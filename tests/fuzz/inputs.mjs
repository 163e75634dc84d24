// A seeded random number generator, and generators of valid and of unusual inputs.
import { OperationsGenerator } from './operations-inputs.mjs';

/** Random number generator: xorshift32 (Marsaglia 2003). */
export class Random {
  #state;

  constructor(seed) {
    // Multiplying by an odd constant separates neighbouring seeds; xorshift has no state 0.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
    for (let i = 0; i < 4; i += 1) this.unit();
  }

  /** Draws a number in [0, 1). */
  unit() {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
  /** Draws an integer in 0..n. */
  below(n) {
    return Math.floor(this.unit() * n);
  }
  /** Returns true with probability `p`. */
  chance(p) {
    return this.unit() < p;
  }
  /** Draws an entry of a list. */
  pick(list) {
    return list[this.below(list.length)];
  }
  /** Generates a list of at most `most` entries. */
  list(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }
  /** Generates an object; `fields` maps each name to `[probability, make]`. */
  record(fields) {
    const generated = {};
    for (const [name, [p, make]] of Object.entries(fields)) if (this.chance(p)) generated[name] = make();
    return generated;
  }
}

/** Moment around which all times are generated: 2026-05-28. */
export const NOW = 1_780_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ODD_TIMES = [NOW + 2 * DAY, NOW + 30 * DAY, NOW + 365 * DAY, Date.UTC(2099, 0), Date.UTC(2199, 11, 31), NOW * 1000, NOW / 1000, -8.64e15, 8.64e15, 8.64e15 + 2, 0, -1, 1.5, NaN];
const ODD = [
  null, true, false, '', 'x', 'x'.repeat(257), '茶'.repeat(86), '\ud800', '\u0000', '__proto__', 'constructor', 0, -0, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, NaN, Infinity, -Infinity,
  [], [null], [[]], ['a', 5], {}, { a: {} }, { user: 'u0' }, JSON.parse('{"__proto__":{"id":"y"}}'), 1e18, -1e18, '1', [NaN], { x: Infinity },
];

const KINDS = ['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss', 'checkin', 'join', 'joined', 'paid'];
const TAGS = ['tea', '茶', 'skin', '护肤', 'sale', 'news'];

/** Generator of records, requests and configurations. It uses few ids, so that records refer to one another. */
export class InputGenerator {
  constructor(random) {
    this.random = random;
    this.operations = new OperationsGenerator(this);
  }

  user = () => `u${this.random.below(6)}`;
  group = () => `g${this.random.below(3)}`;
  channel = () => `c${this.random.below(2)}`;
  item = () => `i${this.random.below(9)}`;
  kind = () => this.random.pick(KINDS);
  odd = () => this.random.pick(ODD);
  recentTime = () => NOW - this.random.below(40 * DAY);
  time = () => (this.random.chance(0.12) ? this.random.pick(ODD_TIMES) : this.recentTime());
  now = () => (this.random.chance(0.05) ? this.random.pick(ODD_TIMES) : NOW + this.random.below(3) * this.random.pick([0, HOUR, DAY]));
  tags = () => {
    const names = [...new Set(this.random.list(3, () => this.random.pick(TAGS)))];
    return this.random.chance(0.5) ? names : Object.fromEntries(names.map((name) => [name, this.random.pick([1, 0.5, 1e-3, 5e-324])]));
  };
  attributes = () => this.random.record({ region: [0.5, () => this.random.pick(['south', 'north'])], age: [0.3, () => this.random.pick([30, -0.5, 1e300])], birthday: [0.3, () => this.random.pick(['02-29', '1990-06-02', '06-01', NOW])] });
  data = () => (this.random.chance(0.03) ? this.random.pick([NaN, { deep: Infinity }, [NaN]]) : this.random.pick([1, 'x', { a: [1, { b: null }] }, [1.5, 0, 'y'], false, 1e-7]));
  cap = () => ({ count: 1 + this.random.below(3), per: this.random.pick(['user', 'group', 'total']), ...(this.random.chance(0.5) && { hours: this.random.pick([0.5, 24, 1e6]) }) });

  items = () => ({
    id: this.item(),
    ...this.random.record({
      title: [0.4, () => this.random.pick(['春茶上新', 'Tea, tea', '！'])], text: [0.1, () => 'word '.repeat(this.random.below(300))], tags: [0.7, this.tags],
      facets: [0.2, () => ({ region: ['south'] })], category: [0.3, () => this.random.pick(['a', 'a/b', 'a//b/'])], format: [0.2, () => 'video'], source: [0.2, () => 'acc'],
      lang: [0.1, () => 'zh'], stage: [0.1, () => 'care'], play: [0.1, () => 'lottery'], role: [0.1, () => 'hit'], durationMs: [0.1, () => this.random.pick([0, 31_000, 1e12])], products: [0.1, () => ['p1', 'p2']],
      value: [0.2, () => this.random.pick([0, 1, 1e12, 5e-324])], publishedAt: [0.5, this.time], startsAt: [0.1, this.recentTime], expiresAt: [0.1, () => NOW + this.random.below(9) * DAY],
      audience: [0.1, () => ({ users: [this.user()], not: { tags: ['tea'] } })], caps: [0.2, () => [this.cap()]], pinned: [0.1, () => true], hidden: [0.05, () => true], data: [0.2, this.data], cycleDays: [0.1, () => this.random.pick([0.1, 2.5, 3650])],
    }),
  });
  users = () => ({ id: this.user(), ...this.random.record({ tags: [0.5, this.tags], attributes: [0.4, this.attributes], joinedAt: [0.3, this.time], data: [0.2, this.data] }) });
  groups = () => ({
    id: this.group(),
    ...this.random.record({
      members: [0.8, () => [...new Set(this.random.list(5, this.user))].map((user) => (this.random.chance(0.5) ? user : { user, ...this.random.record({ joinedAt: [0.5, this.time], role: [0.3, () => 'owner'] }) }))],
      tags: [0.3, this.tags], attributes: [0.2, this.attributes], purpose: [0.3, () => this.random.pick(['benefit', 'care'])], channel: [0.3, this.channel], createdAt: [0.2, this.time],
      aggregation: [0.4, () => this.random.pick(['average', 'least-misery', 'most-pleasure', 'average-without-misery', 'borda'])], data: [0.2, this.data],
    }),
  });
  channels = () => ({ id: this.channel(), ...this.random.record({ tags: [0.5, this.tags], attributes: [0.3, this.attributes] }) });
  interactions = () => {
    const subject = this.random.pick([{ user: this.user() }, { user: this.user() }, { group: this.group() }, { user: this.user(), group: this.group() }]);
    return { ...subject, kind: this.kind(), at: this.time(), ...this.random.record({
      id: [0.5, () => `e${this.random.below(40)}`], item: [0.9, this.item], value: [0.1, () => this.random.pick([0, 1, 1e308])], decision: [0.1, () => 'd1'], channel: [0.2, this.channel],
      position: [0.1, () => this.random.below(4)], target: [0.1, this.user], context: [0.1, this.attributes], data: [0.1, this.data],
      reference: [0.2, this.operations.reference] }) };
  };
  policy = () => this.random.pick([{ type: 'greedy' }, { type: 'epsilon-greedy', epsilon: this.random.unit() }, { type: 'softmax', temperature: this.random.pick([0.001, 1, 100]) }, { type: 'thompson', draws: this.random.pick([100, 1000]) }]);
  subject = () => this.random.pick([{ user: this.user() }, { group: this.group() }, { user: this.user(), group: this.group() }]);
  request = () => ({ ...this.subject(), now: this.now(), ...this.random.record({
    count: [0.5, () => 1 + this.random.below(12)], channel: [0.2, this.channel], context: [0.2, this.attributes], objective: [0.2, () => this.random.pick(['default', 'benefit', { click: 1, save: -1000 }])],
    policy: [0.4, this.policy], only: [0.1, () => (this.random.chance(0.5) ? this.operations.filter() : [this.item(), this.item()])], exclude: [0.1, () => [this.item()]], seed: [0.2, () => this.random.below(100)],
    quotas: [0.1, () => this.random.list(2, () => 0).map(this.operations.quota)], repeats: [0.1, this.operations.repeats], occasion: [0.1, this.occasion], step: [0.1, this.operations.stepRef] }) });
  occasion = () => this.random.pick(['push', 'reply', 'welcome']);
  sent = () => ({ ...this.random.record({ step: [0.3, this.operations.stepRef], occasion: [0.1, this.occasion] }), id: `d${this.random.below(12)}`, subject: this.random.pick([{ user: this.user() }, { group: this.group() }]), at: this.time(), picks: [{ item: this.item(), ...(this.random.chance(0.5) && { propensity: this.random.unit() }) }] });
  config = () => this.random.record({
    kinds: [0.3, () => ({ [this.kind()]: { weight: this.random.pick([-1000, 0, 2, 1000]), positive: true } })], objectives: [0.2, () => ({ mine: { click: 1 } })],
    halfLives: [0.3, () => ({ shortDays: this.random.pick([0.05, 3, 36_500]) })], utcOffsetMinutes: [0.2, () => this.random.pick([-840, 0, 840])], aggregation: [0.2, () => 'borda'],
    groupHistory: [0.2, () => this.random.pick([1e-9, 2, 1e6])], policy: [0.3, this.policy], diversity: [0.3, () => this.random.unit()], repeats: [0.5, () => this.random.pick(['never', 'always', { afterDays: 3 }])],
    cadence: [0.2, () => this.random.pick(['wecom', [{ per: 'user', count: 1, every: 'day' }]])], quietHours: [0.2, () => [{ from: '22:00', to: '08:00' }]], families: [0.1, () => ['trend', 'affinity']], online: [0.2, () => this.random.chance(0.5)],
  });

  /** Replaces one part of a value by an unusual value, or adds an unknown field. */
  mutate = (value) => {
    if (typeof value !== 'object' || value === null || this.random.chance(0.1)) return this.odd();
    if (Array.isArray(value)) return value.length ? value.with(this.random.below(value.length), this.mutate(this.random.pick(value))) : [this.odd()];
    const names = Object.keys(value);
    const name = this.random.chance(0.1) || !names.length ? 'strange' : this.random.pick(names);
    return { ...value, [name]: this.random.chance(0.7) ? this.odd() : this.mutate(value[name]) };
  };
}
