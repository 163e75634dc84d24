/** @file Texts of the question: purpose, number, account. */

export const question = {
  head: '怎么选',
  purpose: '目的',
  ownPurpose: (name) => `按群的用途（${name}）`,
  purposes: { default: '通用', community: '交流', notice: '通知', benefit: '福利', growth: '裂变', care: '关怀' },
  aims: (kinds) => `看重：${kinds}`,
  count: '选几条',
  countRange: (most) => `请填 1 到 ${most} 的整数`,
  channel: '账号',
  anyChannel: '不指定',
  ownChannel: (name) => `群的账号（${name}）`,
};
