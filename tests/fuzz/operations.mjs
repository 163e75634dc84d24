// Random operations: tiers, rules, quotas, journeys and experiments over the few ids of the other draws.

/** Draws operations that a recommender accepts, mostly. */
export class OperationsWords {
  #words;
  #draw;

  constructor(words) {
    this.#words = words;
    this.#draw = words.draw;
  }

  journeyId = () => `j${this.#draw.below(3)}`;
  stepId = () => `s${this.#draw.below(3)}`;
  reference = () => `A${this.#draw.below(4)}`;
  kinds = () => (this.#draw.chance(0.3) ? ['click', 'paid'] : this.#words.kind());
  filter = () => this.#draw.record({ tags: [0.3, () => ['tea']], ids: [0.2, () => [this.#words.item()]], category: [0.1, () => ['a']], role: [0.1, () => ['hit']], not: [0.1, () => ({ tags: ['茶'] })] });
  audience = () => this.#draw.record({ users: [0.2, () => [this.#words.user()]], tiers: [0.3, () => [this.#draw.of(['loyal', 'lapsed', 'newcomer'])]], tags: [0.2, () => ['tea']], not: [0.2, () => ({ groups: [this.#words.group()] })] });
  repeats = () => this.#draw.of(['never', 'always', { afterDays: this.#draw.of([0.5, 3]) }]);

  condition = (isExit = false) => ({
    kind: this.kinds(),
    ...this.#draw.record({ items: [0.2, this.filter], minCount: [0.3, () => this.#draw.below(3)], minValue: [0.2, () => this.#draw.of([0, 1, 1e300])], streakDays: [0.2, () => 2 + this.#draw.below(3)] }),
    ...(!isExit && this.#draw.record({ withinDays: [0.2, () => this.#draw.of([1, 30])], maxCount: [0.2, () => 2 + this.#draw.below(2)] })),
  });
  step = (_, n) => ({
    id: `s${n}`,
    items: this.filter(),
    ...this.#draw.record({
      offset: [0.6, () => this.#draw.record({ days: [0.7, () => this.#draw.below(9)], hours: [0.4, () => this.#draw.of([0, 1, 30.5])] })],
      time: [0.4, () => this.#draw.of(['00:00', '09:30', '23:59'])], weekdays: [0.2, () => [1 + this.#draw.below(7)]], windowHours: [0.5, () => this.#draw.of([1, 24, 720])],
      conditions: [0.3, () => [this.condition()]], audience: [0.2, this.audience], count: [0.2, () => 1 + this.#draw.below(3)],
      objective: [0.2, () => this.#draw.of(['default', { click: 1 }])], repeats: [0.6, this.repeats],
    }),
  });
  trigger = () => this.#draw.of([
    { type: 'activity', kind: this.kinds() }, { type: 'activity', kind: this.#draw.of(['joined', 'created', 'paid']) }, { type: 'inactivity', days: this.#draw.of([1, 3.5, 30]) },
    { type: 'date', attribute: 'birthday' }, { type: 'schedule', every: this.#draw.of(['day', 'week', 'month']) },
  ]);
  journey = (_, n) => {
    const trigger = this.trigger();
    const isActivity = trigger.type === 'activity';
    return {
      id: `j${n}`,
      trigger,
      steps: Array.from({ length: 1 + this.#draw.below(3) }, this.step),
      ...this.#draw.record({
        subject: [0.5, () => this.#draw.of(['user', 'member', 'group'])], startsAt: [0.2, this.#words.near], exitWhen: [0.3, () => [this.condition(true)]], audience: [0.2, this.audience],
        priority: [0.3, () => this.#draw.of([-1000, 0, 1000])], channel: [0.1, this.#words.channel], transactional: [0.2, () => this.#draw.chance(0.5)],
      }),
      ...(isActivity && this.#draw.record({ reentry: [0.6, () => this.#draw.of(['never', 'always', { afterDays: 2 }])], perReference: [0.3, () => true] })),
    };
  };
  rule = (_, n) => ({ name: `r${n}`, items: this.filter(), ...this.#draw.record({ audience: [0.5, this.audience], caps: [0.5, () => [this.#words.cap()]], capAudience: [0.2, this.audience] }) });
  quota = (_, n) => ({ name: `q${n}`, items: this.filter(), ...this.#draw.of([{ min: 1 }, { max: 1 }, { min: 0, max: 3 }, { minShare: 0.5 }, { minShare: 0.2, maxShare: 0.4, window: 5 }]), ...this.#draw.record({ audience: [0.3, this.audience] }) });
  experiment = (_, n) => ({
    id: `x${n}`,
    unit: this.#draw.of(['user', 'group', 'subject-day']),
    variants: [{ name: 'a' }, { name: 'b', ...(n === 0 && this.#draw.record({ only: [0.3, this.filter], diversity: [0.3, () => this.#draw.unit()], policy: [0.2, this.#words.policy], weight: [0.3, () => this.#draw.of([0.5, 3])] })) }],
    goal: { kind: 'click' },
    ...this.#draw.record({ coverage: [0.3, () => 0.5], audience: [0.2, this.audience] }),
  });
  tiers = () => this.#draw.record({ halfLifeDays: [0.5, () => this.#draw.of([1, 60, 3650])], activeKinds: [0.3, () => [this.#words.kind()]], newcomerDays: [0.3, () => this.#draw.of([0, 14, 3650])] });

  operations = () => this.#draw.record({
    tiers: [0.4, this.tiers], rules: [0.5, () => this.#draw.list(3, () => 0).map(this.rule)], quotas: [0.5, () => this.#draw.list(2, () => 0).map(this.quota)],
    journeys: [0.7, () => this.#draw.list(3, () => 0).map(this.journey)], experiments: [0.3, () => this.#draw.list(2, () => 0).map(this.experiment)],
  });
  stepRef = () => ({ journey: this.journeyId(), step: this.stepId(), enteredAt: this.#words.near(), ...this.#draw.record({ reference: [0.3, this.reference] }) });
  dueRequest = () => {
    const now = this.#words.now();
    return { now, ...this.#draw.record({ until: [0.4, () => now + this.#draw.of([0, 86_400_000, 7 * 86_400_000])], user: [0.2, this.#words.user], group: [0.2, this.#words.group], journeys: [0.1, () => [this.journeyId()]] }) };
  };
  statusRequest = () => ({ journey: this.journeyId(), now: this.#words.now(), ...this.#draw.of([{ user: this.#words.user() }, { group: this.#words.group() }, { user: this.#words.user(), group: this.#words.group() }]) });
}
