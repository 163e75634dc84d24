/** @file 中文：实验结果，以及数据是否完整。 */

/** @type {import('./tables.js').ResultWords} */
export const resultsZh = {
  between: ([low, high]) => `在 ${low} 与 ${high} 之间`,
  comparison: {
    better: ({ variant, control, metric, lift, range }) => `「${variant}」优于「${control}」：${metric} ${lift}，95 % 把握${range}。`,
    worse: ({ variant, control, metric, lift, range }) => `「${variant}」不如「${control}」：${metric} ${lift}，95 % 把握${range}。`,
    'no-meaningful-difference': ({ variant, control, metric, range, effect }) => `「${variant}」与「${control}」的差异小于有意义的 ${effect}：${metric}，95 % 把握${range}。`,
    'guardrail-failed': ({ variant, guardrails }) => `「${variant}」应当停止：护栏指标${guardrails}变差。`,
    inconclusive: ({ variant, control, metric, range }) =>
      range ? `「${variant}」与「${control}」孰优尚无定论：${metric}，95 % 把握${range}。` : `「${variant}」与「${control}」孰优尚无定论。`,
    'too-few': ({ variant, control }) => `「${variant}」与「${control}」暂不下结论：每个版本至少需要 10 个独立的群或用户和 10 次响应。`,
    invalid: () => '无法下结论。',
  },
  unknown: ({ verdict }) => verdict,
  reasons: {
    'small-effect': '差异确实存在，但小于设定的最小有意义差异。',
    'sample-ratio': ({ observed, expected }) => `各版本实得 ${observed} 个单元，应为约 ${expected}：请检查是否有版本的消息丢失。`,
    reassigned: ({ share }) => `${share} 的单元先后看到不止一个版本：实验进行中是否改过设置？`,
    attribution: ({ share }) => `${share} 的响应指向从未发送的决定：响应与消息之间的数据链断了。`,
  },
  list: (parts) => parts.join('、'),
  space: '',
  noResponses: '没有任何响应。',
  attribution: ({ responses, attributed, parts }) => `${responses} 次响应中，${attributed} 归属到消息${parts.length ? `；${parts.join('；')}。` : '。'}`,
  links: {
    unknownDecision: (share) => `${share} 指向从未发送的决定`,
    beforeSend: (share) => `${share} 早于所指的消息`,
    afterWindow: (share) => `${share} 晚于归因窗口`,
    withoutDecision: (share) => `${share} 触及已发送的内容，却没有带上决定编号`,
  },
};
