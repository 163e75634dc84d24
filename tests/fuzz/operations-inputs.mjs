// Generators of operations: tiers, rules, quotas, journeys and experiments over the ids of `inputs.mjs`.

/** Generator of operations; a recommender accepts most of them. */
export class OperationsGenerator {
  #inputs;
  #random;

  constructor(inputs) {
    this.#inputs = inputs;
    this.#random = inputs.random;
  }

  journeyId = () => `j${this.#random.below(3)}`;
  stepId = () => `s${this.#random.below(3)}`;
  reference = () => `A${this.#random.below(4)}`;
  kinds = () => (this.#random.chance(0.3) ? ['click', 'paid'] : this.#inputs.kind());
  filter = () => this.#random.record({ tags: [0.3, () => ['tea']], ids: [0.2, () => [this.#inputs.item()]], category: [0.1, () => ['a']], role: [0.1, () => ['hit']], not: [0.1, () => ({ tags: ['茶'] })] });
  audience = () => this.#random.record({ users: [0.2, () => [this.#inputs.user()]], tiers: [0.3, () => [this.#random.pick(['loyal', 'lapsed', 'newcomer'])]], tags: [0.2, () => ['tea']], not: [0.2, () => ({ groups: [this.#inputs.group()] })] });
  repeats = () => this.#random.pick(['never', 'always', { afterDays: this.#random.pick([0.5, 3]) }]);

  condition = (isExit = false) => ({
    kind: this.kinds(),
    ...this.#random.record({ items: [0.2, this.filter], minCount: [0.3, () => this.#random.below(3)], minValue: [0.2, () => this.#random.pick([0, 1, 1e300])], streakDays: [0.2, () => 2 + this.#random.below(3)] }),
    ...(!isExit && this.#random.record({ withinDays: [0.2, () => this.#random.pick([1, 30])], maxCount: [0.2, () => 2 + this.#random.below(2)] })),
  });
  step = (_, n) => ({
    id: `s${n}`,
    items: this.filter(),
    ...this.#random.record({
      offset: [0.6, () => this.#random.record({ days: [0.7, () => this.#random.below(9)], hours: [0.4, () => this.#random.pick([0, 1, 30.5])] })],
      time: [0.4, () => this.#random.pick(['00:00', '09:30', '23:59'])], weekdays: [0.2, () => [1 + this.#random.below(7)]], windowHours: [0.5, () => this.#random.pick([1, 24, 720])],
      conditions: [0.3, () => [this.condition()]], audience: [0.2, this.audience], count: [0.2, () => 1 + this.#random.below(3)],
      objective: [0.2, () => this.#random.pick(['default', { click: 1 }])], repeats: [0.6, this.repeats],
    }),
  });
  trigger = () => this.#random.pick([
    { type: 'activity', kind: this.kinds() }, { type: 'activity', kind: this.#random.pick(['joined', 'created', 'paid']) }, { type: 'inactivity', days: this.#random.pick([1, 3.5, 30]) },
    { type: 'date', attribute: 'birthday' }, { type: 'schedule', every: this.#random.pick(['day', 'week', 'month']) },
  ]);
  journey = (_, n) => {
    const trigger = this.trigger();
    const isActivity = trigger.type === 'activity';
    return {
      id: `j${n}`,
      trigger,
      steps: Array.from({ length: 1 + this.#random.below(3) }, this.step),
      ...this.#random.record({
        subject: [0.5, () => this.#random.pick(['user', 'member', 'group'])], startsAt: [0.2, this.#inputs.recentTime], exitWhen: [0.3, () => [this.condition(true)]], audience: [0.2, this.audience],
        priority: [0.3, () => this.#random.pick([-1000, 0, 1000])], channel: [0.1, this.#inputs.channel], transactional: [0.2, () => this.#random.chance(0.5)],
      }),
      ...(isActivity && this.#random.record({ reentry: [0.6, () => this.#random.pick(['never', 'always', { afterDays: 2 }])], perReference: [0.3, () => true] })),
    };
  };
  rule = (_, n) => ({ name: `r${n}`, items: this.filter(), ...this.#random.record({ audience: [0.5, this.audience], caps: [0.5, () => [this.#inputs.cap()]], capAudience: [0.2, this.audience] }) });
  quota = (_, n) => ({ name: `q${n}`, items: this.filter(), ...this.#random.pick([{ min: 1 }, { max: 1 }, { min: 0, max: 3 }, { minShare: 0.5 }, { minShare: 0.2, maxShare: 0.4, window: 5 }]), ...this.#random.record({ audience: [0.3, this.audience] }) });
  experiment = (_, n) => ({
    id: `x${n}`,
    unit: this.#random.pick(['user', 'group', 'subject-day']),
    variants: [{ name: 'a' }, { name: 'b', ...(n === 0 && this.#random.record({ only: [0.3, this.filter], diversity: [0.3, () => this.#random.unit()], policy: [0.2, this.#inputs.policy], weight: [0.3, () => this.#random.pick([0.5, 3])] })) }],
    goal: { kind: 'click' },
    ...this.#random.record({ coverage: [0.3, () => 0.5], audience: [0.2, this.audience] }),
  });
  tiers = () => this.#random.record({ halfLifeDays: [0.5, () => this.#random.pick([1, 60, 3650])], activeKinds: [0.3, () => [this.#inputs.kind()]], newcomerDays: [0.3, () => this.#random.pick([0, 14, 3650])] });

  operations = () => this.#random.record({
    tiers: [0.4, this.tiers], rules: [0.5, () => this.#random.list(3, () => 0).map(this.rule)], quotas: [0.5, () => this.#random.list(2, () => 0).map(this.quota)],
    journeys: [0.7, () => this.#random.list(3, () => 0).map(this.journey)], experiments: [0.3, () => this.#random.list(2, () => 0).map(this.experiment)],
  });
  stepRef = () => ({ journey: this.journeyId(), step: this.stepId(), enteredAt: this.#inputs.recentTime(), ...this.#random.record({ reference: [0.3, this.reference] }) });
  dueRequest = () => {
    const now = this.#inputs.now();
    return { now, ...this.#random.record({ until: [0.4, () => now + this.#random.pick([0, 86_400_000, 7 * 86_400_000])], user: [0.2, this.#inputs.user], group: [0.2, this.#inputs.group], journeys: [0.1, () => [this.journeyId()]] }) };
  };
  statusRequest = () => ({ journey: this.journeyId(), now: this.#inputs.now(), ...this.#random.pick([{ user: this.#inputs.user() }, { group: this.#inputs.group() }, { user: this.#inputs.user(), group: this.#inputs.group() }]) });
}
