/**
 * @file Texts of the page in Chinese and English, and the current language. Reasons and rules come from
 *   `nextpick/words`.
 */

const zh = {
  title: 'nextpick · 下一条推什么',
  sentence: '给每个群、每个人选出下一条内容，并说清为什么选它、为什么不选别的。',
  language: '语言',
  skip: '跳到结果',
  loading: '正在读取数据…',
  reading: ({ file, rows }) => `正在读取 ${file}：${rows.toLocaleString('zh-CN')} 行`,
  failed: '出错了',
  again: '重新打开页面',
  nobody: (sort) => `数据里没有${sort}`,

  data: '数据',
  sampleData: '示例：霁溪茶社（虚构）',
  ownData: '自己的文件',
  counts: ({ items, users, groups, interactions }) => `${items} 条内容 · ${users} 人 · ${groups} 个群 · ${interactions.toLocaleString('zh-CN')} 次互动`,
  change: '换成自己的文件',
  privacy: '文件只在这个浏览器里读取，不会上传。CSV、JSON、JSONL，都可以再压缩成 .gz；也可以是 .xlsx。',
  drop: '把文件拖到这里，或逐个选择',
  sorts: { items: '内容库', users: '用户', groups: '群', channels: '账号', interactions: '互动记录', config: '配置' },
  needed: '必需',
  choose: '选择',
  take: (sort) => `选择文件：${sort}`,
  remove: (name) => `移除 ${name}`,
  load: '载入这些文件',
  useSample: '改回示例',
  unplaced: (name) => `${name}：看不出是哪一种，请用对应的「选择」按钮。`,
  notes: (count) => `读取说明（${count}）`,
  problems: (count) => `有 ${count} 处需要改，先没有载入`,
  leftOut: (count) => `已载入，略去了 ${count} 行有问题的数据`,
  leaveOut: '略去这些行，载入其余',
  problemColumns: { file: '文件', row: '行', field: '字段' },
  moreProblems: (count) => `另有 ${count} 处没有列出`,

  subject: '推给谁',
  group: '群',
  user: '用户',
  findGroup: '查找群',
  findUser: '查找用户',
  find: '名称或编号',
  members: (count) => `${count} 人`,
  active: (count) => (count ? `${count.toLocaleString('zh-CN')} 次互动` : '没有互动'),
  more: (count) => `还有 ${count.toLocaleString('zh-CN')} 个，输入名称来缩小范围`,
  none: '没有符合的',
  newcomer: '没见过的人',

  question: '怎么选',
  purpose: '目的',
  ownPurpose: (name) => `按群的用途（${name}）`,
  purposes: { default: '通用', community: '交流', notice: '通知', benefit: '福利', growth: '裂变', care: '关怀' },
  aims: '看重',
  time: '时间',
  end: '记录末尾',
  now: '现在',
  count: '选几条',
  channel: '账号',
  anyChannel: '不指定',
  ownChannel: (name) => `群的账号（${name}）`,

  slate: (name) => `推给「${name}」`,
  deciding: '正在选…',
  summary: ({ total, eligible, picked }) => `库里 ${total} 条，能推的 ${eligible} 条，选出 ${picked} 条`,
  announce: ({ name, picked, first }) => (picked ? `给「${name}」选出 ${picked} 条，第一条：${first}` : `没有给「${name}」选出内容`),
  notPersonalised: '已关闭个性化',
  notPersonalisedHint: '只看大家的热度和内容的新鲜度；除频次上限、节奏和已发内容外，不使用 TA 的任何信息。',
  coldStart: '新面孔',
  coldStartHint: '还没有任何行为记录，先看大家的热度和内容的新鲜度。',
  silent: '现在不推',
  silentHint: '到时间以后再选，或者换一个时间看看。',
  empty: '没有能推的内容',
  emptyHint: '内容库里每一条都被某条规则挡住了，原因见下面。',
  emptyLibrary: '内容库是空的。',
  strength: '强度',
  strengthHint: '强度以本次最强的一条为 100；理由的长短用的是同一把尺子。',
  pinned: '置顶',
  drawn: (share) => `被选中的概率 ${share}`,
  published: (age) => `${age}发布`,

  why: '为什么',
  likely: '可能带来',
  relativeHint: '圆点和本次其他内容比，不是百分比。',
  levels: ['', '低', '较低', '中等', '较高', '最高'],
  level: (kind, level) => `${kind}：${level}`,
  all: (count) => `全部 ${count} 条依据，加起来就是强度`,
  reason: '依据',
  points: '分值',
  total: '合计',
  rows: (count) => `${count} 条`,
  raw: (score) => `模型原始分 ${score}`,

  refused: (count) => `不能推的 ${count} 条`,
  refusedHint: '每一条都记着挡住它的规则。',
  until: (time) => `到 ${time} 为止`,
  moreItems: (count) => `另有 ${count} 条`,
};

const many = (count, one, more = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

const en = {
  title: 'nextpick · what to send next',
  sentence: 'Picks the next piece of content for every group and person, and says why this one and why not the others.',
  language: 'Language',
  skip: 'Skip to the result',
  loading: 'Reading the data…',
  reading: ({ file, rows }) => `Reading ${file}: ${rows.toLocaleString('en')} rows`,
  failed: 'Something went wrong',
  again: 'Open the page again',
  nobody: (sort) => `The data has no ${sort.toLowerCase()}`,

  data: 'Data',
  sampleData: 'Sample: Jixi Tea (invented)',
  ownData: 'Your own files',
  counts: ({ items, users, groups, interactions }) => [many(items, 'item'), many(users, 'user'), many(groups, 'group'), many(interactions, 'interaction')].join(' · '),
  change: 'Use your own files',
  privacy: 'Files are read in this browser and go nowhere. CSV, JSON or JSONL, each also as .gz; or .xlsx.',
  drop: 'Drop files here, or choose them one by one',
  sorts: { items: 'Library', users: 'Users', groups: 'Groups', channels: 'Accounts', interactions: 'Interactions', config: 'Configuration' },
  needed: 'required',
  choose: 'Choose',
  take: (sort) => `Choose a file: ${sort}`,
  remove: (name) => `Remove ${name}`,
  load: 'Load these files',
  useSample: 'Back to the sample',
  unplaced: (name) => `${name}: its name does not say what it holds; use the button of its sort.`,
  notes: (count) => `Notes on what was read (${count})`,
  problems: (count) => `${many(count, 'mistake')} to mend; nothing was loaded`,
  leftOut: (count) => `Loaded, without ${many(count, 'bad row')}`,
  leaveOut: 'Leave these rows out and load the rest',
  problemColumns: { file: 'File', row: 'Row', field: 'Field' },
  moreProblems: (count) => `${count} more are not listed`,

  subject: 'Who',
  group: 'Group',
  user: 'User',
  findGroup: 'Find a group',
  findUser: 'Find a user',
  find: 'Name or id',
  members: (count) => many(count, 'member'),
  active: (count) => (count ? many(count, 'interaction') : 'no interactions'),
  more: (count) => `${count.toLocaleString('en')} more; type a name to narrow them down`,
  none: 'None fits',
  newcomer: 'never met',

  question: 'How',
  purpose: 'Purpose',
  ownPurpose: (name) => `The group’s own (${name})`,
  purposes: { default: 'general', community: 'community', notice: 'notice', benefit: 'benefits', growth: 'growth', care: 'care' },
  aims: 'Weighs',
  time: 'Time',
  end: 'End of the log',
  now: 'Now',
  count: 'How many',
  channel: 'Account',
  anyChannel: 'Any',
  ownChannel: (name) => `The group’s own (${name})`,

  slate: (name) => `For “${name}”`,
  deciding: 'Choosing…',
  summary: ({ total, eligible, picked }) => `${total} in the library, ${eligible} may be sent, ${picked} picked`,
  announce: ({ name, picked, first }) => (picked ? `Picked ${picked} for “${name}”. First: ${first}` : `Nothing was picked for “${name}”`),
  notPersonalised: 'Not personalised',
  notPersonalisedHint: 'Demand and freshness decide; nothing of them is used but caps, cadence and what was sent to them.',
  coldStart: 'New face',
  coldStartHint: 'Nothing is remembered yet, so demand and freshness decide.',
  silent: 'Nothing is sent now',
  silentHint: 'Ask again once the time has come, or look at another time.',
  empty: 'Nothing may be sent',
  emptyHint: 'A rule keeps back every item of the library; see below which.',
  emptyLibrary: 'The library is empty.',
  strength: 'Strength',
  strengthHint: 'The strongest of this slate is 100; reasons are measured with the same rule.',
  pinned: 'Pinned',
  drawn: (share) => `Drawn with a probability of ${share}`,
  published: (age) => `published ${age}`,

  why: 'Why',
  likely: 'May bring',
  relativeHint: 'Dots compare with the rest of this slate; they are not percentages.',
  levels: ['', 'low', 'rather low', 'middling', 'rather high', 'highest'],
  level: (kind, level) => `${kind}: ${level}`,
  all: (count) => `All ${count} reasons, which add up to the strength`,
  reason: 'Reason',
  points: 'Points',
  total: 'Total',
  rows: (count) => String(count),
  raw: (score) => `The model’s own score: ${score}`,

  refused: (count) => `${count} that may not be sent`,
  refusedHint: 'Each keeps the rule that said no.',
  until: (time) => `until ${time}`,
  moreItems: (count) => `${count} more`,
};

export const languages = { 'zh-CN': { name: '中文', words: zh }, en: { name: 'English', words: en } };

const KEY = 'nextpick.language';

/** Language chosen before, else the browser's. */
export function firstLanguage() {
  let chosen;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  return Object.hasOwn(languages, chosen ?? '') ? chosen : /^zh\b/i.test(navigator.language) ? 'zh-CN' : 'en';
}

/** Switches the language: the page's `lang`, its title, and the next visit. */
export function speak(lang) {
  document.documentElement.lang = lang;
  document.title = languages[lang].words.title;
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // As above.
  }
}
