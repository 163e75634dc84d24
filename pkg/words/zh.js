/** @file 中文：写给运营看的短句。 */

/** @typedef {import('./tables.js').Span} Span */

/** @type {Record<string, string>} */
const UNITS = { m: '分钟', h: '小时', d: '天', w: '周' };
/** @type {Record<string, string>} */
const AGES = { minute: '分钟', hour: '小时', day: '天', month: '个月', year: '年' };
/** @type {Record<string, string>} */
const WHO = { user: '这位用户', group: '群里' };

/** @type {import('./tables.js').Words} */
export const zh = {
  quoted: (title) => `《${title}》`,
  span: ({ count, unit }) => `${count} ${UNITS[unit]}`,
  facet: (namespace, value) => (namespace === '' ? `「${value}」` : `${namespace}「${value}」`),
  byMember: (sentence, name) => `${sentence}（看成员 ${name}）`,
  until: (sentence, time) => `${sentence}，到 ${time} 为止`,
  age: ({ count, unit }) => `${count} ${AGES[unit]}`,

  namespaces: {
    tag: '标签', category: '类目', format: '形式', source: '来源', lang: '语言', stage: '阶段', play: '玩法', role: '商品角色', duration: '时长', term: '词',
    region: '地区', season: '季节', purpose: '群用途', other: '其他特征',
  },
  values: {
    format: { article: '图文', video: '视频', poster: '海报', coupon: '优惠券', miniprogram: '小程序', invitation: '邀请' },
    role: { traffic: '引流款', hit: '爆款', profit: '利润款' },
    stage: {
      acquire: '拉新', retain: '留存', activate: '激活', nurture: '培育', convert: '转化', viral: '裂变', repurchase: '复购', serve: '服务',
      refer: '转介绍', 'co-create': '共创',
    },
    play: {
      'group-buy': '拼团', 'check-in': '打卡', assist: '助力', lottery: '抽奖', 'red-packet': '红包', 'free-gift': '0 元领', bargain: '砍一刀',
    },
    tier: { loyal: '忠实', quality: '优质', regular: '普通', infrequent: '低频', lapsed: '流失', newcomer: '新会员' },
    occasion: { push: '推送', reply: '应答', welcome: '欢迎' },
    purpose: { default: '通用', community: '交流', notice: '通知', benefit: '福利', growth: '裂变', care: '关怀' },
    lang: { zh: '中文', en: '英文' },
  },
  kinds: {
    impression: '曝光', click: '点击', like: '点赞', save: '收藏', comment: '评论', share: '转发', convert: '转化', dismiss: '不感兴趣',
    joined: '入群', left: '退群', ordered: '下单', paid: '付款', cancelled: '取消', refunded: '退款', checked_in: '打卡', invited: '邀请',
    downloaded: '下载', claimed: '领取', contributed: '投稿',
  },

  reasons: {
    base: () => '每条内容都有的基础分',
    affinity: ({ positive, facet, whose, feature }) => {
      const content = facet ?? '这类内容';
      const lately = feature.parts.includes('short') ? '最近' : '一直';
      return positive ? `因为${WHO[whose]}${lately}喜欢${content}` : `${WHO[whose]}${lately}对${content}兴趣不大，扣分`;
    },
    neighbours: ({ positive, from, whose, items }) => {
      if (!from) return positive ? `因为和${WHO[whose]}喜欢过的内容相近` : `和${WHO[whose]}喜欢过的内容不太搭，扣分`;
      const content = items > 1 ? `${from}等 ${items} 条` : from;
      if (!positive) return `和${WHO[whose]}喜欢过的${content}不太搭，扣分`;
      return items > 1 ? `因为和${WHO[whose]}喜欢过的${content}相近` : `因为${WHO[whose]}喜欢过${from}`;
    },
    trend: ({ positive, feature, span }) => {
      const said = `${feature.parts.includes('group') ? '群里' : ''}${span ? `最近 ${span}` : '最近'}很多人看`;
      return positive ? `因为${said}` : `${said}，反而扣分`;
    },
    freshness: ({ positive, feature, age }) => {
      const said = age ? `发布才 ${age}` : `${recently(feature.span)}发布`;
      return positive ? `因为${said}` : `${said}，反而扣分`;
    },
    ease: ({ positive, from, whose }) => {
      const content = from ? `${WHO[whose]}喜欢过的${from}` : `${WHO[whose]}喜欢过的内容`;
      return positive ? `和${content}常一起受欢迎` : `和${content}很少一起受欢迎，扣分`;
    },
    visit: ({ positive, feature }) => {
      const said = { new: '上次来过之后才发布', habit: '发布时间合不合平时的阅读习惯', away: '隔了一阵没来，先看大家在看的', newcomer: '对新人了解还少，先看大家在看的' }[feature.parts[0]] ?? '来访的时间';
      return positive ? said : `${said}，反而扣分`;
    },
    rates: ({ positive, feature }) => {
      const said = rateOf(feature.parts);
      if (feature.parts[1] === 'effect') return positive ? `大家对${said}的反应比内容本身能解释的更好` : `大家对${said}的反应不如内容本身能解释的，扣分`;
      return `${said}${positive ? '推出去的效果好于平均' : '推出去的效果不如平均，扣分'}`;
    },
    contemporary: ({ positive }) => (positive ? '发布时这位用户正活跃' : '发布时这位用户不活跃，扣分'),
    repeat: ({ positive }) => (positive ? '喜欢回看看过的' : '已经看过，扣分'),
    terms: ({ positive, facet, whose }) => {
      const content = facet ? `带${facet}的内容` : '用词相近的内容';
      return positive ? `因为${WHO[whose]}常看${content}` : `${WHO[whose]}不爱看${content}，扣分`;
    },
    fatigue: ({ positive, facet, feature }) => {
      const content = feature.parts.includes('item') ? '这条' : (facet ?? '同类内容');
      return positive ? `${content}最近推得多，反而加分` : `${content}最近推得多了，扣分`;
    },
    context: ({ positive, facet, feature }) => {
      const part = feature.parts[0];
      const whose = { user: '用户的标签', group: '这个群', channel: '这个账号', request: '当前场景' }[part] ?? '当前场景';
      const content = facet ? facet : '内容';
      return positive ? `因为${content}适合${whose}` : `${content}不太适合${whose}，扣分`;
    },
    portrait: ({ positive, facet, whose }) => {
      const tags = whose === 'group' ? '这个群的标签' : '用户的标签';
      const content = facet ?? '这类内容';
      return positive ? `因为带${tags}的内容多为${content}` : `带${tags}的内容多为${content}，反而扣分`;
    },
    effects: ({ positive, facet, whose }) => {
      const content = facet ?? '这类内容';
      return positive ? `因为${WHO[whose]}对${content}的响应比一般多` : `${WHO[whose]}对${content}的响应比一般少，扣分`;
    },
    diversity: ({ positive, from }) => (positive ? '和前面选的内容不重样，加分' : `和前面选的${from ?? '内容'}太像，扣分`),
    pinned: () => '运营置顶',
    borda: ({ member, members }) => {
      if (members) return `${members} 位成员各自的排名给的分`;
      return member ? `成员 ${member} 的排名给的分` : '群自己的互动历史给的排名分';
    },
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
    ahead: '决定的时间还没有到，请检查时钟',
    'already-accepted': '这个决定已经确认发送过了',
    'already-reserved': '这个决定已经预占过了',
    'not-reserved': '这个决定没有预占，无法确认',
    'too-old': '这个决定太久了，无法判断是否已经确认发送过',
    removed: '已经不在内容库里',
  },
  /** Rules of the operator, by name. */
  rules: {
    'rule.audience': (name) => `不在规则「${name}」指定的人群里`,
    'rule.cap': (name) => `推送次数达到规则「${name}」的上限`,
  },
  /** Facts of a decision in addition to its picks. */
  decision: {
    step: ({ journey, step, time, reference }) => `流程「${journey}」的步骤「${step}」，${time} 进入${reference === undefined ? '' : `，单号 ${reference}`}`,
    variant: (experiment, variant) => `实验「${experiment}」的版本「${variant}」`,
    unmetQuota: (name) => `配比「${name}」没能满足`,
  },
  planStates: { planned: '待审核', approved: '已批准', edited: '已改动', rejected: '已否决', sent: '已发送', missed: '未发送' },
  planFlags: {
    'no-candidates': '没有可发的内容',
    silent: '那时不能发',
    'close-call': '与下一条得分接近',
    cap: '原选内容已达上限',
    quota: '有配比未满足',
    changed: '与批准时不同',
  },
  silences: {
    'cadence.user': '给这个人推得够多了，先歇一歇',
    'cadence.group': '这个群推得够多了，先歇一歇',
    'cadence.channel': '这个账号推得够多了，先歇一歇',
    'quiet-hours': '现在是免打扰时间',
    'step.waiting': '这一步还没到时间',
    'step.sent': '这一步已经发过了',
    'step.missed': '这一步已过有效时段',
    'step.superseded': '后面的步骤已发送，或也已到期',
    'step.skipped': '这一步在这次流程里没有时间',
    'step.exited': '这次流程已经结束',
    'step.conditions': '不满足这一步的条件',
    'step.audience': '不在这一步的目标人群里',
    'step.unknown': '流程或步骤已经不存在',
  },
  journeys: {
    waiting: '等待', due: '到期', sent: '已发', missed: '错过', superseded: '被后一步代替', skipped: '跳过', exited: '已结束',
    'exit-condition': '满足了退出条件',
    reentered: '重新进入，开始了新的一次',
    expired: '流程已过期',
    'left-group': '已退群',
    'opted-out': '用户关闭了个性化推荐',
    'no-candidates': '没有可发的内容',
    'no-cycle': '触发的商品没有复购周期',
    'before-entry': '时间早于进入流程的时间',
    'not-attempted': '没有规则阻止，但没有发送',
  },

  features: {
    trend: ({ parts, span }) => (span ? `${parts.includes('group') ? '群里' : ''}最近 ${span}的热度` : '近期热度'),
    freshness: ({ parts, span }) => (span ? `新鲜度（${span}）` : parts.includes('log') ? '新鲜度（总体）' : '新鲜度'),
    neighbours: ({ parts }) => ({ crowd: '相近内容（同好喜欢）', near: '相近内容（很接近）' })[parts[0]] ?? '相近内容',
    ease: () => '常一起受欢迎',
    visit: ({ parts }) => ({ new: '上次来过之后的新内容', habit: '平时看的新旧', away: '久未来时的热度', newcomer: parts[1] === 'age' ? '对新人的新鲜度' : '对新人的热度' })[parts[0]] ?? '来访',
    rates: ({ parts }) => {
      if (!parts.length) return '推送效果';
      const label = { any: '推送后有反应的比率', shown: '推送次数', effect: '内容解释不了的反应' }[parts[1]] ?? '推送后转到这一类的比率';
      return `${rateOf(parts)}${label}`;
    },
    contemporary: ({ span }) => (span ? `发布时正活跃（${span}）` : '发布时正活跃'),
    repeat: () => '看过没有',
    affinity: ({ parts, namespaces }) => (parts.length ? `${length(parts)}对${namespaces[parts[0]] ?? parts[0]}的偏好` : '内容偏好'),
    terms: ({ parts }) => `${length(parts)}用词偏好`,
    fatigue: ({ parts, namespaces }) => {
      if (!parts.length) return '近期推送';
      return parts[0] === 'item' ? '这条推得多不多' : `同${namespaces[parts[0]] ?? '类'}推得多不多`;
    },
    context: ({ parts }) => (parts.length ? `与${{ user: '用户标签', group: '群', channel: '账号', request: '场景' }[parts[0]] ?? parts[0]}的匹配` : '画像匹配'),
    portrait: ({ parts, namespaces }) => (parts.length ? `同标签内容的${namespaces[parts[0]] ?? parts[0]}` : '同标签内容'),
    effects: ({ parts, namespaces }) => (parts.length ? `对${namespaces[parts[0]] ?? parts[0]}的响应` : '自身响应'),
    diversity: () => '多样性',
    pinned: () => '置顶',
    borda: () => '成员排名',
    base: () => '基础分',
  },
};

/** Owner of a rate, by feature. @type {Record<string, string>} */
const BY = {
  item: '这条', tag: '同标签', category: '同类目', format: '同形式', source: '同来源', duration: '差不多长的', user: '这位用户', channel: '这个账号', userChannel: '这位用户在这个账号',
  sitting: '本次访问中', again: '同一条再次', lately: '最近几小时',
};

/** @param {string[]} parts */
const rateOf = (parts) => BY[parts[0]] ?? BY.item;

/** @param {string[]} parts */
const length = (parts) => (parts.includes('short') ? '短期' : parts.includes('long') ? '长期' : '');

/** Approximate age of interactions that a half-life covers, if their age is not given. @param {Span} [span] */
function recently(span) {
  if (!span) return '最近';
  if (span.unit !== 'd') return '几小时内';
  return span.count === 1 ? '这一两天' : span.count <= 7 ? '这一两周' : '近几周';
}
