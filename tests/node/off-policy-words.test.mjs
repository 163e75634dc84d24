// Sentences for every verdict and refusal of off-policy evaluation, in both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { offPolicyInWords } from '../../pkg/words.js';

const period = { from: 1767830400000, to: 1770163199999 };
const decisions = { used: 1620, excluded: { 'outside-period': 180 }, reproduced: { exact: 1620, close: 0 }, changed: 0 };
const logged = { value: 0.251, interval: [0.2301, 0.2719], outcomes: 403 };
const overlap = { unsupported: 0, effectiveSampleSize: 1304.6, largestWeight: 1.2441, clip: 2, meanWeight: 0.9773 };
const advice = { policy: { type: 'softmax', temperature: 0.5 }, decisions: 3500, weeks: 8.3, halfWidth: 0.0996, relativeCost: 0.0195 };
const answer = (verdict, lift, unsupported = 0) => ({ verdict, period, lift, logged, decisions, overlap: { ...overlap, unsupported }, unsupportedItems: [] });
const refused = (code, more = {}) => ({ verdict: 'cannot-tell', refusal: { code }, period, logged, decisions, overlap, unsupportedItems: [], ...more });
const unsupportedItems = ['i56', 'i42', 'i48', 'i53'].map((item) => ({ item, share: 0.02 }));

/** Report, English, Chinese, options. */
const CASES = [
  [
    answer('more', { estimate: 0.0908, interval: [0.0531, 0.1284], samplingHalfWidth: 0.0376, unsupportedHalfWidth: 0 }),
    "With these settings, this period would have brought about 9 % more clicks (95 % interval: 5 to 13 %). People's later behaviour would change too; this figure leaves that out. Before you switch everyone, test it on part of the audience.",
    '如果当时用的是这套设置，这段时间的点击大约会多 9%（95% 置信区间：5%～13%）。内容换了，用户之后的行为也会跟着变，这一点没有算进去。全量上线前，请先选一部分人做实验。',
  ],
  [
    answer('less', { estimate: -0.0908, interval: [-0.1284, -0.0531], samplingHalfWidth: 0.0376, unsupportedHalfWidth: 0 }, 0.04),
    "With these settings, this period would have brought about 9 % fewer conversions (95 % interval: 5 to 13 %). 4 % of its choices have too little support in this log; the interval allows for that. People's later behaviour would change too; this figure leaves that out. Before you switch everyone, test it on part of the audience.",
    '如果当时用的是这套设置，这段时间的转化大约会少 9%（95% 置信区间：5%～13%）。其中 4% 的选择在推送记录里依据不足，这部分误差已计入区间。内容换了，用户之后的行为也会跟着变，这一点没有算进去。全量上线前，请先选一部分人做实验。',
    { outcome: 'convert' },
  ],
  [
    answer('no-difference-detected', { estimate: -0.008, interval: [-0.087, 0.071], samplingHalfWidth: 0.022, unsupportedHalfWidth: 0.057 }, 0.066),
    'No difference detected: clicks would have changed by between −9 and +7 %. 7 % of its choices have too little support in this log; the interval allows for that.',
    '看不出差别：点击的变化在 −9% 到 +7% 之间。其中 7% 的选择在推送记录里依据不足，这部分误差已计入区间。',
  ],
  [
    answer('more', { estimate: 0.0123, interval: [0.0103, 0.0143], samplingHalfWidth: 0.002, unsupportedHalfWidth: 0 }),
    "With these settings, this period would have brought about 1.2 % more clicks (99 % interval: 1.0 to 1.4 %). People's later behaviour would change too; this figure leaves that out. Before you switch everyone, test it on part of the audience.",
    '如果当时用的是这套设置，这段时间的点击大约会多 1.2%（99% 置信区间：1.0%～1.4%）。内容换了，用户之后的行为也会跟着变，这一点没有算进去。全量上线前，请先选一部分人做实验。',
    { level: 0.99 },
  ],
  [
    refused('insufficient-overlap', { overlap: { ...overlap, unsupported: 0.1856 }, unsupportedItems, advice }),
    'This log cannot tell. 19 % of the items the new settings would send were almost never sent, above all i56, i42 and i48. Set the policy to softmax with temperature 0.5: about 2 % fewer clicks than always sending the best. At 420 messages a week, the answer is good to ±10 % after about 9 weeks.',
    '现有的推送记录回答不了这个问题。新设置想发的内容里，有 19% 几乎没发过，主要是 i56、i42 和 i48。可以先把策略改成 softmax（温度 0.5）：与每次都发得分最高的相比，点击约少 2%；按每周 420 次推送算，大约 9 周后，结论可以精确到 ±10%。',
  ],
  [
    refused('no-exploration', { overlap: undefined, logged: undefined }),
    'This log always sent the item with the highest score, so it holds no evidence about any other. The change is too large for a log to answer. Test it on part of the audience.',
    '推送记录里每次发的都是得分最高的内容，没有试过别的，所以无从比较。改动太大，仅靠推送记录得不出结论，请选一部分人直接做实验。',
  ],
  [
    refused('not-reproduced', { decisions: { ...decisions, used: 860, excluded: { 'not-reproduced': 140 } }, overlap: undefined, logged: undefined }),
    '14 % of the decisions could not be reconstructed (at most 10 % may fail). The log may lack requests, or data were deleted.',
    '有 14% 的推送无法按记录还原（上限 10%）。可能是当时没有记下请求，也可能是数据被删除过。',
  ],
  [refused('invalid-propensities'), 'The logged probabilities do not agree with the decisions, so they cannot be used.', '记录的选中概率与实际推送对不上，不能用来估算。'],
  [
    { ...refused('configuration'), refusal: { code: 'configuration', path: 'config.cadence' } },
    'config.cadence would send at moments or send items that the log never had, so this log cannot tell.',
    '改动 config.cadence 会让原本不发的时候也发，或发出原本不能发的内容；推送记录里没有这样的情况，回答不了。',
  ],
  [
    refused('no-outcomes', { logged: undefined, overlap: undefined }),
    'No click in this period carries the id of a decision. Check that interactions are reported with `decision`.',
    '这段时间没有任何点击能对应到推送。请检查上报互动时是否带上了 `decision`。',
  ],
  [
    refused('insufficient-data', { decisions: { ...decisions, used: 150 }, logged: { ...logged, outcomes: 12 }, overlap: { ...overlap, effectiveSampleSize: 40.7 } }),
    'Too little data: 150 decisions (200 needed), 12 clicks (30), effective sample size 40 (100).',
    '数据太少：推送 150 次（至少要 200 次），点击 12 次（至少 30 次），有效样本量 40（至少 100）。',
  ],
  [
    { ...refused('interval-too-wide'), refusal: { code: 'interval-too-wide', halfWidth: 0.6 } },
    'The margin of error is ±60 %, too wide to be an answer.',
    '误差达到 ±60%，不足以下结论。',
  ],
  [
    { ...answer('no-difference-detected', { estimate: 0.01, interval: [-0.04, 0.06], samplingHalfWidth: 0.05, unsupportedHalfWidth: 0 }), decisions: { ...decisions, reproduced: { exact: 1215, close: 405 } } },
    'No difference detected: clicks would have changed by between −4 and +6 %. 25 % of the decisions came back only approximately, because data were deleted since or another version made them; they count with the probabilities of the log.',
    '看不出差别：点击的变化在 −4% 到 +6% 之间。其中 25% 的推送只能近似还原（之后删除过数据，或由其他版本作出），已按记录里的选中概率修正。',
  ],
];

test('every verdict and refusal has its sentence in both languages, with its figures', () => {
  for (const [report, english, chinese, options] of CASES) {
    assert.equal(offPolicyInWords(report, options), english);
    assert.equal(offPolicyInWords(report, { ...options, lang: 'zh-CN' }), chinese);
  }
});

test('sentences contain titles and kinds of the host, and no unfilled placeholder', () => {
  const said = ['en', 'zh'].flatMap((lang) => CASES.map(([report]) => offPolicyInWords(report, { lang, outcome: 'checked_in', titleOf: (item) => `Title ${item}` })));
  for (const sentence of said) assert.ok(!/undefined|NaN|\[object|\$\{/.test(sentence), sentence);
  assert.ok(said[4].includes('above all Title i56, Title i42 and Title i48'));
  assert.ok(offPolicyInWords(CASES[0][0], { lang: 'zh', outcome: { click: 1, convert: 20 } }).includes('目标行为'));
});
