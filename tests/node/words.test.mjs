// Texts for every code and feature of the module in both languages, with separate sentences for negative amounts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  codes, facetInWords, featureInWords, journeyInWords, kindInWords, mergeReasons, reasonInWords, refusalInWords, silenceInWords, stepInWords,
  timeInWords, unmetQuotaInWords, valueInWords, variantInWords,
} from '../../pkg/words.js';

const REASONS = ['base', 'affinity', 'neighbours', 'trend', 'freshness', 'terms', 'fatigue', 'context', 'portrait', 'effects', 'diversity', 'pinned', 'borda', 'ease', 'visit', 'rates', 'contemporary', 'repeat'];
const REFUSALS = [
  'hidden', 'schedule.unpublished', 'schedule.not-started', 'schedule.expired', 'audience.tiers', 'audience.users', 'audience.groups',
  'audience.channels', 'audience.purposes', 'audience.tags', 'audience.not', 'cap.user', 'cap.group', 'cap.total', 'seen', 'only', 'exclude',
];
const SILENCES = [
  'cadence.user', 'cadence.group', 'cadence.channel', 'quiet-hours', 'step.waiting', 'step.sent', 'step.missed', 'step.superseded', 'step.skipped',
  'step.exited', 'step.conditions', 'step.audience', 'step.unknown',
];
const JOURNEYS = [
  'waiting', 'due', 'sent', 'missed', 'superseded', 'skipped', 'exited', 'exit-condition', 'reentered', 'expired', 'left-group', 'opted-out',
  'no-candidates', 'no-cycle', 'before-entry', 'not-attempted', ...SILENCES,
];
/** Families of the module; the goldens check this list. */
const FEATURES = JSON.parse(readFileSync(new URL('../features.json', import.meta.url), 'utf8'));
const FAMILIES = [...new Set(FEATURES.map((feature) => feature.split('.')[0]))];

test('every code of the contract has a text in both languages', () => {
  assert.ok(FEATURES.length >= 30 && FEATURES.includes('trend.group.7d') && FEATURES.includes('neighbours.crowd'), FEATURES.join(' '));
  for (const code of [...REASONS, ...FAMILIES]) assert.ok(codes.reasons.includes(code), code);
  for (const lang of ['zh', 'en']) {
    for (const rule of REFUSALS) assert.notEqual(refusalInWords(rule, lang), rule, `${rule} in ${lang}`);
    for (const rule of SILENCES) assert.notEqual(silenceInWords(rule, lang), rule, `${rule} in ${lang}`);
    const said = JOURNEYS.map((code) => journeyInWords(code, lang));
    assert.equal(new Set(said).size, JOURNEYS.length);
    for (const words of said) if (lang === 'zh') assert.match(words, /[\u4e00-\u9fff]/);
    assert.equal(journeyInWords('weather', lang), 'weather');
    const heads = new Map();
    for (const feature of [...FEATURES, ...FAMILIES, 'base', 'diversity', 'pinned', 'borda']) {
      const said = featureInWords(feature, lang);
      if (lang === 'zh') assert.match(said, /[\u4e00-\u9fff]/, feature);
      assert.doesNotMatch(said, /undefined|\.(long|short|\d)/, `${feature} in ${lang}`);
      assert.match(said, lang === 'zh' ? /^[\u4e00-\u9fff]/ : /^[A-Z]/, 'a heading');
      assert.ok([undefined, feature].includes(heads.get(said)), `${said}: ${feature} and ${heads.get(said)}`);
      heads.set(said, feature);
      for (const amount of [0.1, -0.1]) {
        const sentence = reasonInWords({ code: feature.split('.')[0], feature, facet: 'tag:茶', from: 'a', amount }, { lang });
        assert.doesNotMatch(sentence, /undefined|null|NaN/, sentence);
      }
    }
  }
});

test('step, variants, quotas, tier and occasion of a decision have texts in both languages', () => {
  const step = { journey: 'unpaid', step: 'hour-1', enteredAt: 1_774_958_400_000, reference: 'A1' };
  assert.equal(stepInWords(step, 'en'), 'Step “hour-1” of the journey “unpaid”, entered 2026-03-31 20:00, reference A1');
  assert.equal(stepInWords({ ...step, reference: undefined }, 'zh', 0), '流程「unpaid」的步骤「hour-1」，2026-03-31 12:00 进入');
  assert.equal(variantInWords('paths', 'card', 'en'), 'Variant “card” of the experiment “paths”');
  assert.equal(variantInWords('paths', 'card', 'zh'), '实验「paths」的版本「card」');
  assert.equal(unmetQuotaInWords('hit', 'en'), 'The quota “hit” could not be met');
  assert.equal(unmetQuotaInWords('hit', 'zh'), '配比「hit」没能满足');
  const values = {
    tier: ['loyal', 'quality', 'regular', 'infrequent', 'lapsed', 'newcomer'],
    occasion: ['push', 'reply', 'welcome'],
    stage: ['acquire', 'retain', 'activate', 'convert', 'viral', 'repurchase', 'refer', 'co-create'],
    play: ['group-buy', 'check-in', 'assist', 'lottery', 'red-packet', 'free-gift', 'bargain'],
    role: ['traffic', 'hit', 'profit'],
  };
  for (const [field, list] of Object.entries(values)) {
    for (const value of list) assert.match(valueInWords(field, value, 'zh'), /[\u4e00-\u9fff]/, `${field} ${value}`);
    assert.equal(new Set(list.map((value) => valueInWords(field, value, 'en'))).size, list.length);
  }
  assert.equal(valueInWords('tier', 'gold', 'zh'), 'gold');
});

test('a rule of the operator is named in both languages', () => {
  assert.equal(refusalInWords('rule.audience:free-gift', 'en'), 'Not for this audience (rule “free-gift”)');
  assert.equal(refusalInWords('rule.cap:a:b', 'zh'), '推送次数达到规则「a:b」的上限');
  assert.equal(refusalInWords('rule.weather:x', 'en'), 'rule.weather:x');
});

test('a reason is a plain sentence', () => {
  const titleOf = (id) => ({ a: '春茶上新' })[id];
  for (const [reason, options, zh, en] of [
    [{ code: 'trend', feature: 'trend.group.6h', amount: 1 }, {}, '因为群里最近 6 小时很多人看', 'Because many people looked at it in this group in the last 6 hours'],
    [{ code: 'trend', feature: 'trend.1d', amount: -1 }, {}, '最近 1 天很多人看，反而扣分', 'Many people looked at it in the last day, which speaks against it here'],
    [{ code: 'freshness', feature: 'freshness.30d', amount: 1 }, {}, '因为近几周发布', 'Because it was published within the last weeks'],
    [{ code: 'freshness', feature: 'freshness.30d', amount: 1 }, { age: 25.5 * 86_400_000 }, '因为发布才 25 天', 'Because it came out only 25 days ago'],
    [{ code: 'freshness', feature: 'freshness.1d', amount: 1 }, {}, '因为这一两天发布', 'Because it was published within the last day or two'],
    [{ code: 'affinity', feature: 'affinity.format.long', facet: 'format:video', amount: 1 }, { group: true }, '因为群里一直喜欢形式「视频」', 'Because the group likes format “video”'],
    [{ code: 'borda', amount: 1 }, { group: true }, '群自己的互动历史给的排名分', 'Points from the group’s own history'],
    [{ code: 'borda', amount: 1, member: 'u1' }, { nameOf: () => '阿柚' }, '成员 阿柚 的排名给的分', 'Points from 阿柚’s own ranking'],
    [{ code: 'affinity', feature: 'affinity.tag.long', facet: 'tag:护肤', amount: 1 }, {}, '因为这位用户一直喜欢标签「护肤」', 'Because they like tag “护肤”'],
    [{ code: 'affinity', feature: 'affinity.tag.short', facet: 'tag:护肤', amount: -1 }, { group: true }, '群里最近对标签「护肤」兴趣不大，扣分', 'The group cares little for tag “护肤” lately'],
    [{ code: 'neighbours', feature: 'neighbours.crowd', from: 'a', amount: 1 }, { group: true }, '因为群里喜欢过《春茶上新》', 'Because the group liked “春茶上新”'],
    [{ code: 'neighbours', feature: 'neighbours.near', from: 'zz', amount: -1, member: 'u1' }, {}, '和这位用户喜欢过的《zz》不太搭，扣分（看成员 u1）', 'Goes badly with “zz”, which they liked (decided by u1)'],
    [{ code: 'pinned', amount: 0 }, {}, '运营置顶', 'Pinned by the operator'],
  ]) {
    assert.equal(reasonInWords(reason, { ...options, titleOf, lang: 'zh-CN' }), zh);
    assert.equal(reasonInWords(reason, { ...options, titleOf, lang: 'en' }), en);
  }
});

test('known facets and kinds are shown in words, those of the host unchanged', () => {
  assert.equal(facetInWords('tag:护肤', 'zh'), '标签「护肤」');
  assert.equal(facetInWords('tag:护肤', 'en'), 'tag “护肤”');
  assert.equal(facetInWords('flavour:a:b', 'en'), 'flavour “a:b”');
  assert.equal(kindInWords('save', 'zh'), '收藏');
  assert.equal(kindInWords('raffle', 'zh'), 'raffle');
  assert.equal(facetInWords('format:miniprogram', 'en'), 'format “mini-program”');
  assert.equal(valueInWords('format', 'article', 'zh'), '图文');
  assert.equal(valueInWords('format', 'constructor', 'zh'), 'constructor');
  assert.equal(valueInWords('size', 'xl', 'zh'), 'xl');
});

test('the end of a silence is shown on the operator’s clock', () => {
  const until = Date.UTC(2026, 2, 31, 12);
  assert.equal(refusalInWords('cap.user', 'zh', until), '给这个人推的次数到上限了，到 2026-03-31 20:00 为止');
  assert.equal(silenceInWords('quiet-hours', 'en', until, 0), 'These are quiet hours, until 2026-03-31 12:00');
  assert.equal(timeInWords(8.7e15), '8700000000000000');
});

test('unknown codes are shown unchanged', () => {
  assert.equal(refusalInWords('weather', 'zh'), 'weather');
  assert.equal(featureInWords('weather.1d', 'zh'), 'weather.1d');
  assert.equal(reasonInWords({ code: 'weather', amount: -1 }, { lang: 'en' }), 'weather: speaks against it');
});

test('rows of one meaning are merged, and their amounts are added', () => {
  const rows = [
    { code: 'base', amount: 0.3 },
    { code: 'freshness', feature: 'freshness.30d', amount: 0.5 },
    { code: 'trend', feature: 'trend.7d', amount: 0.25 },
    { code: 'trend', feature: 'trend.1h', amount: 0.5 },
    { code: 'trend', feature: 'trend.group.7d', amount: 0.125 },
    { code: 'affinity', feature: 'affinity.tag.long', facet: 'tag:茶', amount: 0.25 },
    { code: 'affinity', feature: 'affinity.tag.short', facet: 'tag:茶', amount: -0.5 },
    { code: 'affinity', feature: 'affinity.tag.short', facet: 'tag:花', amount: 0.0625 },
    { code: 'neighbours', feature: 'neighbours', from: 'a', amount: 0.25 },
    { code: 'neighbours', feature: 'neighbours', from: 'b', amount: 0.5 },
    { code: 'neighbours', feature: 'neighbours', from: 'a', member: 'u1', amount: 0.03125 },
    { code: 'terms', feature: 'terms.long', facet: 'term:春茶', amount: 0.25 },
    { code: 'terms', feature: 'terms.long', facet: 'term:上新', amount: 0.125 },
    { code: 'borda', amount: 0.5 },
    { code: 'borda', member: 'u1', amount: 1 },
    { code: 'borda', member: 'u2', amount: 2 },
    { code: 'pinned', amount: 0 },
  ];
  const merged = mergeReasons(rows);
  const sum = (list) => list.reduce((total, { amount }) => total + amount, 0);
  assert.equal(sum(merged), sum(rows));
  assert.deepEqual(merged.slice(0, 4), [
    { code: 'pinned', amount: 0 },
    { code: 'borda', amount: 3, members: 2, rows: 2 },
    { code: 'trend', feature: 'trend.1h', amount: 0.75, rows: 2 },
    { code: 'neighbours', feature: 'neighbours', from: 'b', amount: 0.75, items: 2, rows: 2 },
  ]);
  assert.deepEqual(merged.filter(({ code }) => code === 'affinity').map(({ facet, amount }) => [facet, amount]), [['tag:茶', -0.25], ['tag:花', 0.0625]]);
  const said = (code, lang) => merged.filter((reason) => reason.code === code).map((reason) => reasonInWords(reason, { lang, group: true }));
  assert.deepEqual(said('neighbours', 'zh'), ['因为和群里喜欢过的《b》等 2 条相近', '因为群里喜欢过《a》（看成员 u1）']);
  assert.deepEqual(said('neighbours', 'en')[0], 'Close to “b” and 1 more, which the group liked');
  assert.deepEqual(said('terms', 'zh'), ['因为群里常看用词相近的内容']);
  assert.deepEqual(said('borda', 'zh'), ['2 位成员各自的排名给的分', '群自己的互动历史给的排名分']);
  assert.deepEqual(mergeReasons([]), []);
});

test('an item behind several rows is counted once', async () => {
  const rows = ['a', 'b', 'a', 'b', 'a'].map((from, i) => ({ code: 'neighbours', feature: i % 2 ? 'neighbours.near' : 'neighbours.crowd', from, amount: 1 / (i + 1) }));
  const [merged] = mergeReasons(rows);
  assert.deepEqual([merged.items, merged.rows], [2, 5]);
  assert.equal(reasonInWords(merged, { lang: 'en' }), 'Close to “a” and 1 more, which they liked');
  assert.equal(reasonInWords(mergeReasons([rows[0], rows[2]])[0], { lang: 'zh' }), '因为这位用户喜欢过《a》');
  // Over the whole library, the count never exceeds its size.
  const { createRecommender } = await import('../../pkg/node.js');
  const items = Array.from({ length: 30 }, (_, n) => ({ id: `i${n}`, tags: ['tea'] }));
  const interactions = Array.from({ length: 9 * 20 }, (_, n) => ({ user: `u${n % 9}`, item: `i${(n / 9) | 0}`, kind: 'save', at: 1e12 + n }));
  const rec = await createRecommender({ items, interactions, groups: [{ id: 'g', members: Array.from({ length: 9 }, (_, u) => `u${u}`) }], config: { repeats: 'always' } });
  const merges = rec.recommend({ group: 'g', now: 1e12 + 1000, count: 5 }).picks.flatMap(({ reasons }) => mergeReasons(reasons));
  assert.ok(merges.some(({ rows: all = 1, items: distinct = 1 }) => all > distinct), 'several rows of one item');
  for (const { items: distinct = 0 } of merges) assert.ok(distinct <= 20);
});
