/** @file Texts of the question: purpose, number, account. */

export const question = {
  head: 'Question',
  purpose: 'Purpose',
  ownPurpose: (name) => `The group’s own (${name})`,
  purposes: { default: 'general', community: 'community', notice: 'notice', benefit: 'benefits', growth: 'growth', care: 'care' },
  aims: (kinds) => `Weighs: ${kinds}`,
  count: 'Number',
  countRange: (most) => `Enter a whole number from 1 to ${most}`,
  channel: 'Account',
  anyChannel: 'Any',
  ownChannel: (name) => `The group’s own (${name})`,
};
