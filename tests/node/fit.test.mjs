// Fitting in a worker: progress, cancellation, refusals, and use of the fitted model.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { NextpickError, createRecommender, evaluateReplay, fit, loadRecommender, toColumns } from '../../pkg/node.js';

const NOW = Date.UTC(2026, 2, 31);
const MINUTE = 60_000;
const items = Array.from({ length: 12 }, (_, n) => ({ id: `i${n}`, tags: [`t${n % 3}`], publishedAt: NOW - 30 * 86_400_000 - n * MINUTE }));

/** Generates showings of all items to four users; each clicks the items of one tag, and sometimes others. */
function generateShowings(rounds) {
  const shown = [];
  for (let n = 0; n < rounds; n++) {
    for (let user = 0; user < 4; user++) {
      const liked = (n % 3 === user % 3 && n % 5 !== 0) || (n + user) % 17 === 0;
      shown.push({ user: `u${user}`, item: `i${(n * 7 + user) % 12}`, at: NOW - (rounds - n) * MINUTE + user, click: liked });
    }
  }
  return shown;
}
const eventsOf = (shown) =>
  shown.flatMap(({ click, ...shared }) => [{ ...shared, kind: 'impression' }, ...(click ? [{ ...shared, kind: 'click', at: shared.at + 5 }] : [])]);
const shown = generateShowings(150);
const events = eventsOf(shown);

/** Returns the same showings as a log of impressions. */
const log = {
  users: ['u0', 'u1', 'u2', 'u3'], items: items.map(({ id }) => id), channels: [], kinds: ['click'],
  user: Int32Array.from(shown, ({ user }) => Number(user.slice(1))),
  item: Int32Array.from(shown, ({ item }) => Number(item.slice(1))),
  channel: new Int32Array(shown.length).fill(-1),
  at: Float64Array.from(shown, ({ at }) => at),
  outcomes: Uint8Array.from(shown, ({ click }) => Number(click)),
};
const { model, report } = await fit({ items, events });
const request = { user: 'u1', now: NOW, count: 3 };

test('a fit reports its weights, their errors and warnings', () => {
  const click = report.kinds.find(({ kind }) => kind === 'click');
  assert.deepEqual([click.of, click.shown, click.came, click.relative], ['users', shown.length, shown.filter(({ click }) => click).length, false]);
  assert.ok(click.share > 0 && click.share <= 1 && click.auc.after > click.auc.before);
  assert.ok(click.loss.after < click.loss.before);
  assert.ok(click.ece >= 0 && click.ece <= 1 && click.reliability.length > 1);
  const estimated = click.weights.filter(({ feature }) => feature !== 'rates.item.effect');
  for (const { feature, weight, error } of estimated) assert.ok(typeof feature === 'string' && Number.isFinite(weight) && error > 0);
  assert.deepEqual(click.weights.filter((one) => !estimated.includes(one)).map(({ weight, error }) => [weight, error]), [[1, 0]]);
  const few = report.warnings.find(({ kind, code }) => kind === 'like' && code === 'few');
  assert.match(few.message, /it came 0 times/);
  assert.equal(report.examples, shown.length);
});

/**
 * Generates groups of three: members read items of their taste, and sometimes the group chooses an item, by its own
 * taste or by its members'.
 */
function groupsThatFollow(whose) {
  const library = Array.from({ length: 400 }, (_, n) => ({ id: `i${n}`, tags: [`t${n % 8}`], publishedAt: NOW - 90 * 86_400_000 }));
  const groups = Array.from({ length: 8 }, (_, g) => ({ id: `g${g}`, members: [0, 1, 2].map((m) => `u${g}-${m}`) }));
  const log = [];
  const piece = (tag, n) => `i${(tag % 8) + 8 * (n % 50)}`;
  for (let round = 0; round < 40; round++) {
    const at = NOW - (40 - round) * 3_600_000;
    groups.forEach(({ id, members }, g) => {
      members.forEach((user, m) => log.push({ user, item: piece(g + 2 + m, 3 * round + m), kind: 'click', at: at + g }));
      const tag = whose === 'its own' ? g : g + 2 + ((7 * round + g) % 3);
      log.push({ group: id, item: piece(tag, 17 + round), kind: 'click', at: at + 60_000 + g });
    });
  }
  return { items: library, groups, events: log };
}

test('the group weight is fitted to groups’ choices and kept with the model', async () => {
  const own = await fit(groupsThatFollow('its own'));
  const theirs = await fit(groupsThatFollow('their members’'));
  for (const { report: { groups } } of [own, theirs]) {
    assert.ok(groups.heard > 40 && groups.most > 0 && groups.most < 1 && groups.halfAt > 0);
  }
  assert.ok(theirs.report.groups.loss.after < theirs.report.groups.loss.before, 'the shipped weight is not that of these groups');
  const shareAt = ({ most, halfAt }, mass) => (most * mass) / (mass + halfAt);
  assert.ok(shareAt(own.report.groups, 20) > shareAt(theirs.report.groups, 20), 'groups that follow their members give members more weight');
  assert.equal(report.groups, undefined, 'no group made a choice');

  const { events: interactions, ...result } = groupsThatFollow('their members’');
  const decide = async (config, model) => {
    const rec = await createRecommender({ ...result, interactions, config });
    if (model) rec.useModel(model);
    const again = await loadRecommender(rec.toSnapshot());
    const ask = (recommender) => recommender.recommend({ group: 'g3', now: NOW, count: 3 }).picks.map(({ item, score }) => [item, score]);
    assert.deepEqual(ask(again), ask(rec));
    return JSON.stringify(ask(rec));
  };
  const learnt = await decide({}, theirs.model);
  assert.notEqual(await decide({ groupHistory: 1e-6 }, theirs.model), learnt, 'the configuration of the host has precedence');
  assert.equal(await decide({ groupHistory: 2 }), await decide({}), 'the shipped value is 2');
});

test('the same log gives the same model bytes, also as columns and as a log of impressions', async () => {
  assert.deepEqual((await fit({ items, events: toColumns(events) })).model, model);
  const ofShowings = await fit({ items, log });
  assert.equal(ofShowings.report.examples, report.examples);
  const before = await fit({ items, events, until: NOW - 50 * MINUTE });
  assert.deepEqual(before.model, (await fit({ items, events: eventsOf(shown.filter(({ at }) => at + 5 < NOW - 50 * MINUTE)) })).model);
  assert.ok(before.report.examples < report.examples);
});

test('a fit does not block, and reports its progress', async () => {
  const result = [];
  let beats = 0;
  const beat = setInterval(() => (beats += 1), 1);
  await fit({ items, events }, { onProgress: (done, total) => result.push([done, total]) });
  clearInterval(beat);
  assert.ok(beats > 5, `${beats} beats`);
  assert.deepEqual([result[0], result.at(-1)], [[0, events.length], [events.length, events.length]]);
});

test('a fit can be cancelled before and during its work, with the given reason', async () => {
  await assert.rejects(fit({ items, events }, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  const control = new AbortController();
  const reason = new Error('enough');
  const result = [];
  const fitted = fit({ items, events: eventsOf(generateShowings(3000)) }, { signal: control.signal, onProgress: (done) => result.push(done) && control.abort(reason) });
  await assert.rejects(fitted, reason);
  const heard = result.length;
  const mine = new Error('mine');
  await assert.rejects(fit({ items, events }, { onProgress: () => { throw mine; } }), mine);
  assert.equal(result.length, heard, 'the cancelled fit reports no progress while another fit runs');
});

test('invalid input is refused with code and path', async () => {
  const refused = async (input, code, path) =>
    assert.rejects(fit(input), (error) => error instanceof NextpickError && error.code === code && error.path === path && error.message.length > 10);
  await refused(undefined, 'invalid', 'events');
  await refused({ items }, 'invalid', 'events');
  await refused({ items, events, log }, 'invalid', 'events');
  await refused({ items, events, event: [] }, 'unknown-field', 'event');
  await refused({ items, events: [] }, 'missing', 'events');
  await refused({ items, events, until: 0 }, 'missing', 'events');
  await refused({ items, events, until: '2026' }, 'invalid', 'until');
  await refused({ items, events, seed: -1 }, 'invalid', 'seed');
  await refused({ items, events, families: ['trends'] }, 'unknown', 'families[0]');
  await refused({ items: [{ id: 'a' }, { tag: 'x' }], events }, 'missing', 'items[1].id');
  await refused({ items, events, config: { colour: 'red' } }, 'unknown-field', 'config.colour');
  await refused({ items, events: [{ user: 'u', kind: 'click', at: '5' }] }, 'invalid', 'interactions[0].at');
  await refused({ items, log: { ...log, outcomes: [1] } }, 'invalid', 'log.outcomes');
});

test('a log that is too small gives a model and warnings', async () => {
  const { model, report } = await fit({ items, events: [{ user: 'u', item: 'i1', kind: 'click', at: NOW }] });
  assert.ok(report.kinds.every(({ kind, of }) => report.warnings.some((warning) => warning.kind === kind && warning.of === of)));
  const rec = await createRecommender({ items, model });
  assert.equal(rec.recommend(request).model, report.model);
});

test('a model decides the same after it is read back, saved and restored', async () => {
  const rec = await createRecommender({ items, interactions: events });
  assert.equal(rec.model(), undefined);
  const shipped = rec.recommend(request);
  rec.useModel(model);
  const decision = rec.recommend(request);
  assert.notEqual(decision.id, shipped.id);
  assert.equal(decision.model, report.model);
  assert.equal(rec.stats().model, report.model);
  assert.ok(decision.picks.every(({ relative }) => !relative), 'chances fitted to showings are chances');
  assert.deepEqual(rec.model(), model);
  assert.deepEqual((await createRecommender({ items, interactions: events, model: rec.model().buffer })).recommend(request), decision);
  const again = await loadRecommender(rec.toSnapshot());
  assert.deepEqual(again.recommend(request), decision);
  assert.deepEqual(again.toSnapshot(), rec.toSnapshot());
  assert.deepEqual(again.model(), model);
  // Model bytes contain names, not indices: a recommender with other indices decides the same, up to rounding.
  const other = await createRecommender({ items: [...items].reverse(), interactions: [...events].reverse(), model });
  assert.deepEqual(other.recommend(request).picks.map(({ item }) => item), decision.picks.map(({ item }) => item));
});

test('invalid model bytes are refused and change nothing', async () => {
  const rec = await createRecommender({ items, interactions: events, model });
  const before = rec.toSnapshot();
  const altered = (at) => Uint8Array.from(model, (byte, n) => (n === at ? byte ^ 1 : byte));
  for (const bytes of [new Uint8Array(), model.slice(0, 27), model.slice(0, -1), altered(0), altered(9), altered(20), altered(model.length - 5), before]) {
    assert.throws(() => rec.useModel(bytes), { name: 'NextpickError', code: 'snapshot', path: 'model' });
  }
  assert.throws(() => rec.useModel('model.bin'), { code: 'invalid', path: 'model' });
  await assert.rejects(loadRecommender(model), { code: 'snapshot' });
  await assert.rejects(createRecommender({ items, model: new Uint8Array(40) }), { code: 'snapshot' });
  assert.deepEqual(rec.toSnapshot(), before);
});

test('an evaluation fits a model if requested', async () => {
  const touched = events.filter(({ kind }) => kind === 'click');
  const from = NOW - 75 * MINUTE;
  const plain = await evaluateReplay({ items, events: touched, from });
  const fitted = await evaluateReplay({ items, events: touched, from, fitUntil: from, refitEvery: 3_600_000 });
  assert.match(plain.model, /^shipped-/);
  assert.match(fitted.model, /^fitted-/);
  assert.equal(fitted.n, plain.n);
  await assert.rejects(evaluateReplay({ items, events: touched, from, refitEvery: 3_600_000 }), { code: 'missing', path: 'fitUntil' });
});

test('a log of impressions gives the same model as through the Rust API', async () => {
  const result = JSON.parse(await readFile(new URL('../showings.json', import.meta.url), 'utf8'));
  const column = (place) => {
    const names = [...new Set(result.rows.map((row) => row[place]).filter((name) => name !== null))];
    return [names, Int32Array.from(result.rows, (row) => names.indexOf(row[place]))];
  };
  const [[users, user], [shownItems, item], [channels, channel]] = [column(0), column(1), column(2)];
  const showings = {
    users, items: shownItems, channels, kinds: result.kinds, user, item, channel,
    at: Float64Array.from(result.rows, (row) => row[3]),
    outcomes: Uint8Array.from(result.rows.flatMap((row) => row[4])),
  };
  const fitted = await fit({ items: result.items, log: showings });
  const rec = await createRecommender({ items: result.items, model: fitted.model });
  assert.equal(rec.recommend({ user: 'u1', now: NOW }).model, result.model);
});
