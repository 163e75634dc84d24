/** @file 中文：写给运营看的短句。 */

const UNITS = { m: '分钟', h: '小时', d: '天', w: '周' };
const WHO = { user: '这位用户', group: '群里' };

export const zh = {
  quoted: (title) => `《${title}》`,
  span: ({ count, unit }) => `${count} ${UNITS[unit]}`,
  facet: (namespace, value) => (namespace === '' ? `「${value}」` : `${namespace}「${value}」`),
  byMember: (said, name) => `${said}（看成员 ${name}）`,
  until: (said, time) => `${said}，到 ${time} 为止`,

  namespaces: {
    tag: '标签', category: '类目', format: '形式', source: '来源', lang: '语言', stage: '阶段', play: '玩法', role: '商品角色', term: '词',
    region: '地区', season: '季节', purpose: '群用途', other: '其他特征',
  },
  kinds: {
    impression: '曝光', click: '点击', like: '点赞', save: '收藏', comment: '评论', share: '转发', convert: '转化', dismiss: '不感兴趣',
    joined: '入群', ordered: '下单', checked_in: '打卡', invited: '邀请',
  },
  done: {
    impression: '看到过', click: '点开过', like: '点赞过', save: '收藏过', comment: '评论过', share: '转发过', convert: '转化过', dismiss: '关掉过',
  },

  reasons: {
    base: () => '每条内容都有的基础分',
    affinity: ({ positive, facet, whose, feature }) => {
      const what = facet ?? '这类内容';
      const lately = feature.parts.includes('short') ? '最近' : '一直';
      return positive ? `因为${WHO[whose]}${lately}喜欢${what}` : `${WHO[whose]}${lately}对${what}兴趣不大，扣分`;
    },
    neighbours: ({ positive, from, done, whose }) => {
      if (!from) return positive ? `因为和${WHO[whose]}喜欢过的内容相近` : `和${WHO[whose]}喜欢过的内容不太相近，扣分`;
      const past = done ?? '看过';
      return positive ? `因为${WHO[whose]}${past}${from}` : `和${WHO[whose]}${past}的${from}不太搭，扣分`;
    },
    trend: ({ positive, feature, span }) => {
      const where = feature.parts.includes('group') ? '群里' : '';
      const when = span ? `最近 ${span}` : '最近';
      return positive ? `因为${where}${when}很多人看` : `${where}${when}看的人不多，扣分`;
    },
    freshness: ({ positive }) => (positive ? '因为刚发布不久' : '发布有一阵子了，扣分'),
    terms: ({ positive, facet, whose }) => {
      const what = facet ?? '标题里的词';
      return positive ? `因为${WHO[whose]}常看带${what}的内容` : `${WHO[whose]}不常看带${what}的内容，扣分`;
    },
    fatigue: ({ positive, facet, feature }) => {
      const what = feature.parts.includes('item') ? '这条' : (facet ?? '同类内容');
      return positive ? `${what}最近推得少，加分` : `${what}最近推得多了，扣分`;
    },
    context: ({ positive, facet, feature }) => {
      const part = feature.parts[0];
      const whose = { user: '用户的标签', group: '这个群', channel: '这个账号', request: '当前场景' }[part] ?? '当前场景';
      const what = facet ? facet : '内容';
      return positive ? `因为${what}适合${whose}` : `${what}不太适合${whose}，扣分`;
    },
    diversity: ({ positive, from }) => (positive ? '和前面选的内容不重样，加分' : `和前面选的${from ?? '内容'}太像，扣分`),
    pinned: () => '运营置顶',
    borda: () => '按成员各自的排名计分',
    unknown: ({ code, positive }) => `${code}：${positive ? '加分' : '扣分'}`,
  },

  refusals: {
    hidden: '已设为隐藏',
    'schedule.unpublished': '还没发布',
    'schedule.not-started': '活动还没开始',
    'schedule.expired': '已经过期',
    'audience.tiers': '不在指定的用户分层里',
    'audience.users': '不在指定的用户里',
    'audience.groups': '不在指定的群里',
    'audience.channels': '不在指定的账号里',
    'audience.purposes': '群用途不符',
    'audience.tags': '没有指定的标签',
    'audience.not': '在排除的人群里',
    'cap.user': '给这个人推的次数到上限了',
    'cap.group': '给这个群推的次数到上限了',
    'cap.total': '推送总次数到上限了',
    seen: '已经看过了',
    only: '不在这次的候选里',
    exclude: '这次被排除了',
    'already-accepted': '这个决定已经确认发送过了',
  },
  silences: {
    'cadence.user': '给这个人推得够多了，先歇一歇',
    'cadence.group': '这个群推得够多了，先歇一歇',
    'cadence.channel': '这个账号推得够多了，先歇一歇',
    'quiet-hours': '现在是免打扰时间',
  },

  features: {
    trend: ({ parts, span }) => `${parts.includes('group') ? '群里' : ''}最近 ${span ?? '一段时间'}的热度`,
    freshness: ({ span }) => (span ? `新鲜度（${span}）` : '新鲜度'),
    neighbours: () => '相近内容',
    affinity: ({ parts, namespaces }) => `${length(parts)}对${namespaces[parts[0]] ?? parts[0] ?? '内容'}的偏好`,
    terms: ({ parts }) => `${length(parts)}对词语的偏好`,
    fatigue: ({ parts, namespaces }) => (parts.includes('item') ? '这条推得多不多' : `同${namespaces[parts[0]] ?? '类'}推得多不多`),
    context: ({ parts }) => `与${{ user: '用户标签', group: '群', channel: '账号', request: '场景' }[parts[0]] ?? '场景'}的匹配`,
    diversity: () => '多样性',
    pinned: () => '置顶',
    borda: () => '成员排名',
    base: () => '基础分',
  },
};

const length = (parts) => (parts.includes('short') ? '短期' : parts.includes('long') ? '长期' : '');
