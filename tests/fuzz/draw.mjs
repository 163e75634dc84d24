// Seeded draws, and values that a door may be told: sound ones, and odd ones.
import { OperationsWords } from './operations.mjs';

/** xorshift32 (Marsaglia 2003). */
export class Draw {
  #state;

  constructor(seed) {
    // Neighbouring seeds begin far apart; 0 is no state.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
    for (let i = 0; i < 4; i += 1) this.unit();
  }

  /** In [0, 1). */
  unit() {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
  below(n) {
    return Math.floor(this.unit() * n);
  }
  chance(p) {
    return this.unit() < p;
  }
  of(list) {
    return list[this.below(list.length)];
  }
  list(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }
  /** An object of the fields whose draw says so: each `[chance, make]`. */
  record(fields) {
    const made = {};
    for (const [name, [p, make]] of Object.entries(fields)) if (this.chance(p)) made[name] = make();
    return made;
  }
}

export const T = 1_780_000_000_000;
const H = 3_600_000;
const D = 24 * H;

const ODD_TIMES = [T + 2 * D, T + 30 * D, T + 365 * D, Date.UTC(2099, 0), Date.UTC(2199, 11, 31), T * 1000, T / 1000, -8.64e15, 8.64e15, 8.64e15 + 2, 0, -1, 1.5, NaN];
const ODD = [
  null, true, false, '', 'x', 'x'.repeat(257), '茶'.repeat(86), '\ud800', '\u0000', '__proto__', 'constructor', 0, -0, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, NaN, Infinity, -Infinity,
  [], [null], [[]], ['a', 5], {}, { a: {} }, { user: 'u0' }, JSON.parse('{"__proto__":{"id":"y"}}'), 1e18, -1e18, '1', [NaN], { x: Infinity },
];

const KINDS = ['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss', 'checkin', 'join', 'joined', 'paid'];
const TAGS = ['tea', '茶', 'skin', '护肤', 'sale', 'news'];

/** Random inputs of the targets. Ids are few, so that records meet one another. */
export class Words {
  constructor(draw) {
    this.draw = draw;
    this.operations = new OperationsWords(this);
  }

  user = () => `u${this.draw.below(6)}`;
  group = () => `g${this.draw.below(3)}`;
  channel = () => `c${this.draw.below(2)}`;
  item = () => `i${this.draw.below(9)}`;
  kind = () => this.draw.of(KINDS);
  odd = () => this.draw.of(ODD);
  near = () => T - this.draw.below(40 * D);
  time = () => (this.draw.chance(0.12) ? this.draw.of(ODD_TIMES) : this.near());
  now = () => (this.draw.chance(0.05) ? this.draw.of(ODD_TIMES) : T + this.draw.below(3) * this.draw.of([0, H, D]));
  tags = () => {
    const names = [...new Set(this.draw.list(3, () => this.draw.of(TAGS)))];
    return this.draw.chance(0.5) ? names : Object.fromEntries(names.map((name) => [name, this.draw.of([1, 0.5, 1e-3, 5e-324])]));
  };
  attributes = () => this.draw.record({ region: [0.5, () => this.draw.of(['south', 'north'])], age: [0.3, () => this.draw.of([30, -0.5, 1e300])], birthday: [0.3, () => this.draw.of(['02-29', '1990-06-02', '06-01', T])] });
  data = () => (this.draw.chance(0.03) ? this.draw.of([NaN, { deep: Infinity }, [NaN]]) : this.draw.of([1, 'x', { a: [1, { b: null }] }, [1.5, 0, 'y'], false, 1e-7]));
  cap = () => ({ count: 1 + this.draw.below(3), per: this.draw.of(['user', 'group', 'total']), ...(this.draw.chance(0.5) && { hours: this.draw.of([0.5, 24, 1e6]) }) });

  items = () => ({
    id: this.item(),
    ...this.draw.record({
      title: [0.4, () => this.draw.of(['春茶上新', 'Tea, tea', '！'])], text: [0.1, () => 'word '.repeat(this.draw.below(300))], tags: [0.7, this.tags],
      facets: [0.2, () => ({ region: ['south'] })], category: [0.3, () => this.draw.of(['a', 'a/b', 'a//b/'])], format: [0.2, () => 'video'], source: [0.2, () => 'acc'],
      lang: [0.1, () => 'zh'], stage: [0.1, () => 'care'], play: [0.1, () => 'lottery'], role: [0.1, () => 'hit'], durationMs: [0.1, () => this.draw.of([0, 31_000, 1e12])], products: [0.1, () => ['p1', 'p2']],
      value: [0.2, () => this.draw.of([0, 1, 1e12, 5e-324])], publishedAt: [0.5, this.time], startsAt: [0.1, this.near], expiresAt: [0.1, () => T + this.draw.below(9) * D],
      audience: [0.1, () => ({ users: [this.user()], not: { tags: ['tea'] } })], caps: [0.2, () => [this.cap()]], pinned: [0.1, () => true], hidden: [0.05, () => true], data: [0.2, this.data], cycleDays: [0.1, () => this.draw.of([0.1, 2.5, 3650])],
    }),
  });
  users = () => ({ id: this.user(), ...this.draw.record({ tags: [0.5, this.tags], attributes: [0.4, this.attributes], joinedAt: [0.3, this.time], data: [0.2, this.data] }) });
  groups = () => ({
    id: this.group(),
    ...this.draw.record({
      members: [0.8, () => [...new Set(this.draw.list(5, this.user))].map((user) => (this.draw.chance(0.5) ? user : { user, ...this.draw.record({ joinedAt: [0.5, this.time], role: [0.3, () => 'owner'] }) }))],
      tags: [0.3, this.tags], attributes: [0.2, this.attributes], purpose: [0.3, () => this.draw.of(['benefit', 'care'])], channel: [0.3, this.channel], createdAt: [0.2, this.time],
      aggregation: [0.4, () => this.draw.of(['average', 'least-misery', 'most-pleasure', 'average-without-misery', 'borda'])], data: [0.2, this.data],
    }),
  });
  channels = () => ({ id: this.channel(), ...this.draw.record({ tags: [0.5, this.tags], attributes: [0.3, this.attributes] }) });
  interactions = () => {
    const whom = this.draw.of([{ user: this.user() }, { user: this.user() }, { group: this.group() }, { user: this.user(), group: this.group() }]);
    return { ...whom, kind: this.kind(), at: this.time(), ...this.draw.record({
      id: [0.5, () => `e${this.draw.below(40)}`], item: [0.9, this.item], value: [0.1, () => this.draw.of([0, 1, 1e308])], decision: [0.1, () => 'd1'], channel: [0.2, this.channel],
      position: [0.1, () => this.draw.below(4)], target: [0.1, this.user], context: [0.1, this.attributes], data: [0.1, this.data],
      reference: [0.2, this.operations.reference] }) };
  };
  policy = () => this.draw.of([{ type: 'greedy' }, { type: 'epsilon-greedy', epsilon: this.draw.unit() }, { type: 'softmax', temperature: this.draw.of([0.001, 1, 100]) }, { type: 'thompson', draws: this.draw.of([100, 1000]) }]);
  subject = () => this.draw.of([{ user: this.user() }, { group: this.group() }, { user: this.user(), group: this.group() }]);
  request = () => ({ ...this.subject(), now: this.now(), ...this.draw.record({
    count: [0.5, () => 1 + this.draw.below(12)], channel: [0.2, this.channel], context: [0.2, this.attributes], objective: [0.2, () => this.draw.of(['default', 'benefit', { click: 1, save: -1000 }])],
    policy: [0.4, this.policy], only: [0.1, () => (this.draw.chance(0.5) ? this.operations.filter() : [this.item(), this.item()])], exclude: [0.1, () => [this.item()]], seed: [0.2, () => this.draw.below(100)],
    quotas: [0.1, () => this.draw.list(2, () => 0).map(this.operations.quota)], repeats: [0.1, this.operations.repeats], occasion: [0.1, this.occasion], step: [0.1, this.operations.stepRef] }) });
  occasion = () => this.draw.of(['push', 'reply', 'welcome']);
  sent = () => ({ ...this.draw.record({ step: [0.3, this.operations.stepRef], occasion: [0.1, this.occasion] }), id: `d${this.draw.below(12)}`, subject: this.draw.of([{ user: this.user() }, { group: this.group() }]), at: this.time(), picks: [{ item: this.item(), ...(this.draw.chance(0.5) && { propensity: this.draw.unit() }) }] });
  config = () => this.draw.record({
    kinds: [0.3, () => ({ [this.kind()]: { weight: this.draw.of([-1000, 0, 2, 1000]), positive: true } })], objectives: [0.2, () => ({ mine: { click: 1 } })],
    halfLives: [0.3, () => ({ shortDays: this.draw.of([0.05, 3, 36_500]) })], utcOffsetMinutes: [0.2, () => this.draw.of([-840, 0, 840])], aggregation: [0.2, () => 'borda'],
    groupHistory: [0.2, () => this.draw.of([1e-9, 2, 1e6])], policy: [0.3, this.policy], diversity: [0.3, () => this.draw.unit()], repeats: [0.5, () => this.draw.of(['never', 'always', { afterDays: 3 }])],
    cadence: [0.2, () => this.draw.of(['wecom', [{ per: 'user', count: 1, every: 'day' }]])], quietHours: [0.2, () => [{ from: '22:00', to: '08:00' }]], families: [0.1, () => ['trend', 'affinity']], online: [0.2, () => this.draw.chance(0.5)],
  });

  /** The value with one place in it changed to something odd, or with a field that nobody knows. */
  bent = (value) => {
    if (typeof value !== 'object' || value === null || this.draw.chance(0.1)) return this.odd();
    if (Array.isArray(value)) return value.length ? value.with(this.draw.below(value.length), this.bent(this.draw.of(value))) : [this.odd()];
    const names = Object.keys(value);
    const name = this.draw.chance(0.1) || !names.length ? 'strange' : this.draw.of(names);
    return { ...value, [name]: this.draw.chance(0.7) ? this.odd() : this.bent(value[name]) };
  };
}
