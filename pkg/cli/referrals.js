/** @file `nextpick referrals`: users who brought others. */

import { referralLeaders } from '../study/node.js';
import { studied, studyOptions } from './studied.js';
import { langOf, printJson, show } from './subject.js';
import { figure, table } from './table.js';

const DAY = 86_400_000;

/** @type {import('./options.js').Command} */
export const referrals = {
  name: 'referrals',
  summary: 'Lists the users who brought others, by one level of invitations',
  about: 'An invitation is an interaction of the kind `invited` whose `target` is the invitee. Somebody belongs to the first inviter within the window before their first activity.',
  options: {
    from: { type: 'time', value: 'TIME', required: true, about: 'invitations from this moment on' },
    to: { type: 'time', value: 'TIME', required: true, about: 'up to and with this moment' },
    kind: { type: 'text', value: 'KIND', otherwise: 'invited', about: 'the kind of an invitation' },
    within: { type: 'duration', value: '30d', otherwise: 30 * DAY, about: 'longest time from an invitation to the first activity' },
    'active-after': { type: 'duration', value: '7d', otherwise: 7 * DAY, about: 'activity so long after arrival counts as active' },
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 1_000_000, otherwise: 20, about: 'rows' },
    ...studyOptions,
  },
  examples: [['nextpick referrals --events events.csv.gz --users users.csv --from 2026-03-01 --to 2026-04-01', 'referral leaders of March']],

  async run(options) {
    const { from, to, kind, within, activeAfter, count } = options;
    const request = { from, to, kind, withinDays: within / DAY, activeAfterDays: activeAfter / DAY, limit: count };
    const leaders = await studied(options, (input) => referralLeaders(input, request));
    return options.json ? printJson(leaders) : show(`${shown(leaders, langOf(options) === 'zh')}\n`);
  },
};

/**
 * @param {import('../study/index.js').ReferralLeader[]} leaders
 * @param {boolean} zh
 */
function shown(leaders, zh) {
  if (!leaders.length) return zh ? '这段时间没有人邀请过别人。' : 'Nobody invited anybody in this time.';
  const head = zh ? ['用户', '邀请', '到来', '活跃', '购买', '金额', '分享', '评论和点赞'] : ['user', 'invited', 'arrived', 'active', 'purchased', 'value', 'shares', 'comments and likes'];
  /** @param {import('../study/index.js').ReferralLeader} one */
  const row = (one) => [one.user, ...[one.invited, one.arrived, one.active, one.purchased].map((n) => figure(n, 0)), figure(one.value, 2), figure(one.shares, 0), figure(one.engagements, 0)];
  return table(leaders.map(row), { head });
}
