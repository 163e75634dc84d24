/** @file Words of the staff view, in Chinese and English. */

/** @param {number} minutes Minutes of the operator's day. */
const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const zh = {
  lang: 'zh',
  heading: (day, count) => `**${day} 待发任务：${count} 个**`,
  none: (day) => `**${day} 没有待发任务**`,
  staff: (id, count) => `**${id}**（${count} 个）`,
  task: {
    single: (title, count) => `《${title}》发给 ${count} 位客户`,
    group: (title, count) => `《${title}》发到 ${count} 个客户群`,
    moment: (title) => `《${title}》发到客户朋友圈`,
  },
  groups: (names) => `：${names.join('、')}`,
  until: (day, minutes) => `，${day} ${clock(minutes)} 前有效`,
  reminded: (count) => `，已提醒 ${count} 次`,
  states: {
    waiting: '',
    unknown: '，<font color="warning">企业微信没有答复，正在核对</font>',
    cancelled: '，<font color="comment">已停止，正在核对结果</font>',
    lapsed: '，<font color="warning">已过期，停止未成功</font>',
  },
};

const en = {
  lang: 'en',
  heading: (day, count) => `**Tasks on ${day}: ${count}**`,
  none: (day) => `**No tasks on ${day}**`,
  staff: (id, count) => `**${id}** (${count})`,
  task: {
    single: (title, count) => `"${title}" to ${plural(count, 'customer')}`,
    group: (title, count) => `"${title}" to ${plural(count, 'group')}`,
    moment: (title) => `"${title}" to moments`,
  },
  groups: (names) => `: ${names.join(', ')}`,
  until: (day, minutes) => `, valid until ${day} ${clock(minutes)}`,
  reminded: (count) => `, reminded ${count === 1 ? 'once' : `${count} times`}`,
  states: {
    waiting: '',
    unknown: ', <font color="warning">no answer from WeCom, being checked</font>',
    cancelled: ', <font color="comment">cancelled, results being checked</font>',
    lapsed: ', <font color="warning">lapsed, could not be cancelled</font>',
  },
};

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Returns the words of a language: any Chinese tag gives Chinese, all others English. */
export const wordsIn = (lang) => (/^zh\b/i.test(lang) ? zh : en);
