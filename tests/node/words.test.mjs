// Words for every code the contract names, in both languages, with a sentence of their own for negative amounts.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { codes, facetInWords, featureInWords, kindInWords, reasonInWords, refusalInWords, silenceInWords, timeInWords } from '../../pkg/words.js';

const REASONS = ['base', 'affinity', 'neighbours', 'trend', 'freshness', 'terms', 'fatigue', 'context', 'diversity', 'pinned', 'borda'];
const REFUSALS = [
  'hidden', 'schedule.unpublished', 'schedule.not-started', 'schedule.expired', 'audience.tiers', 'audience.users', 'audience.groups',
  'audience.channels', 'audience.purposes', 'audience.tags', 'audience.not', 'cap.user', 'cap.group', 'cap.total', 'seen', 'only', 'exclude',
];
const SILENCES = ['cadence.user', 'cadence.group', 'cadence.channel', 'quiet-hours'];
const FEATURES = [
  'trend.6h', 'trend.group.1d', 'freshness.1d', 'neighbours', 'affinity.tag.long', 'affinity.other.short', 'terms.long', 'fatigue.item',
  'fatigue.facets', 'context.user', 'context.group', 'context.channel', 'context.request',
];

test('every code of the contract has words in both languages', () => {
  for (const code of REASONS) assert.ok(codes.reasons.includes(code), code);
  for (const lang of ['zh', 'en']) {
    for (const rule of REFUSALS) assert.notEqual(refusalInWords(rule, lang), rule, `${rule} in ${lang}`);
    for (const rule of SILENCES) assert.notEqual(silenceInWords(rule, lang), rule, `${rule} in ${lang}`);
    for (const feature of FEATURES) {
      const said = featureInWords(feature, lang);
      if (lang === 'zh') assert.match(said, /[\u4e00-\u9fff]/, feature);
      assert.doesNotMatch(said, /undefined|\.(long|short|\d)/, `${feature} in ${lang}`);
      for (const amount of [0.1, -0.1]) {
        const sentence = reasonInWords({ code: feature.split('.')[0], feature, facet: 'tag:茶', from: 'a', kind: 'save', amount }, { lang });
        assert.doesNotMatch(sentence, /undefined|null|NaN/, sentence);
      }
    }
  }
});

test('a reason says why in plain words', () => {
  const titleOf = (id) => ({ a: '春茶上新' })[id];
  for (const [reason, options, zh, en] of [
    [{ code: 'trend', feature: 'trend.group.6h', amount: 1 }, {}, '因为群里最近 6 小时很多人看', 'Because many people looked at it in this group in the last 6 hours'],
    [{ code: 'trend', feature: 'trend.1d', amount: -1 }, {}, '最近 1 天看的人不多，扣分', 'Few people looked at it in the last day'],
    [{ code: 'affinity', feature: 'affinity.tag.long', facet: 'tag:护肤', amount: 1 }, {}, '因为这位用户一直喜欢标签「护肤」', 'Because they like tag “护肤”'],
    [{ code: 'affinity', feature: 'affinity.tag.short', facet: 'tag:护肤', amount: -1 }, { group: true }, '群里最近对标签「护肤」兴趣不大，扣分', 'The group cares little for tag “护肤” lately'],
    [{ code: 'neighbours', feature: 'neighbours', from: 'a', kind: 'save', amount: 1 }, { group: true }, '因为群里收藏过《春茶上新》', 'Because the group saved “春茶上新”'],
    [{ code: 'neighbours', feature: 'neighbours', from: 'zz', amount: -1, member: 'u1' }, {}, '和这位用户看过的《zz》不太搭，扣分（看成员 u1）', 'Goes badly with “zz”, which they saw (decided by u1)'],
    [{ code: 'pinned', amount: 0 }, {}, '运营置顶', 'Pinned by the operator'],
  ]) {
    assert.equal(reasonInWords(reason, { ...options, titleOf, lang: 'zh-CN' }), zh);
    assert.equal(reasonInWords(reason, { ...options, titleOf, lang: 'en' }), en);
  }
});

test('facets and kinds are shown as people say them, the host’s own as they stand', () => {
  assert.equal(facetInWords('tag:护肤', 'zh'), '标签「护肤」');
  assert.equal(facetInWords('tag:护肤', 'en'), 'tag “护肤”');
  assert.equal(facetInWords('flavour:a:b', 'en'), 'flavour “a:b”');
  assert.equal(kindInWords('save', 'zh'), '收藏');
  assert.equal(kindInWords('raffle', 'zh'), 'raffle');
});

test('an end is told on the operator’s clock', () => {
  const until = Date.UTC(2026, 2, 31, 12);
  assert.equal(refusalInWords('cap.user', 'zh', until), '给这个人推的次数到上限了，到 2026-03-31 20:00 为止');
  assert.equal(silenceInWords('quiet-hours', 'en', until, 0), 'These are quiet hours, until 2026-03-31 12:00');
  assert.equal(timeInWords(8.7e15), '8700000000000000');
});

test('what is not known is shown as it stands', () => {
  assert.equal(refusalInWords('weather', 'zh'), 'weather');
  assert.equal(featureInWords('weather.1d', 'zh'), 'weather.1d');
  assert.equal(reasonInWords({ code: 'weather', amount: -1 }, { lang: 'en' }), 'weather: speaks against it');
});
