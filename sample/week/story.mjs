// The parts of the week, in order. Each types commands and describes, in both languages, the operator's use of the
// output.

import { silenceInWords } from '../../pkg/words.js'

const NOW = ['--now', '2026-03-31T12:00Z']
const LOG = ['--sent', 'sent.jsonl.gz', '--events', 'interactions.csv.gz', '--config', 'config.json']
const TRIAL = ['--snapshot', 'bot.bin', '--decisions', 'trial.jsonl.gz', '--events', 'trial-clicks.csv.gz', '--from', '2026-02-17']
const EIGHT = '2026-04-01T00:00Z'
const EVENING = '2026-04-01T12:05Z'
const HOUR = 3_600_000

export const STORY = [
  (week) => {
    week.heading(1, { en: 'An operator’s week', zh: '运营的一周' })
    week.says({ en: '[中文](operators-week.zh-CN.md)', zh: '[English](operators-week.md)' })
    week.says({
      en: 'The [sample](../sample/README.md) ends on Tuesday, 31 March 2026, at 20:00. This page reviews the week before, plans the next one, has it approved, and sends it. `node sample/week.mjs` writes the page from the output of the commands; a test compares it. Long answers are cut, and the ids of decisions are numbered.',
      zh: '[示例数据](../sample/README.md)到 2026 年 3 月 31 日星期二 20:00 为止。本页回顾上一周，做下一周的计划，审核，发送。`node sample/week.mjs` 用命令的输出写成本页，并有测试核对。过长的输出截断，决定的编号换成序号。',
    })
    week.says({
      en: 'The folder holds the sample’s files; `state` is a folder that `openRecommender` filled with them.',
      zh: '当前文件夹里是示例数据的文件；`state` 是 `openRecommender` 用它们建好的文件夹。',
    })
  },

  (week) => {
    week.heading(2, { en: 'Review the week', zh: '回顾上一周' })
    week.runs('snapshot', 'build', '--items', 'items.jsonl', '--users', 'users.csv', '--groups', 'groups.jsonl', '--channels', 'channels.json', '--events', 'interactions.csv.gz', '--config', 'config.json', '--operations', 'operations.json', '--out', 'state.bin', ...NOW)
    week.says({ en: 'How many users are in each tier, and how many moved since last Tuesday?', zh: '各层有多少人？比起上周二，谁变了？' })
    week.runs('tiers', '--snapshot', 'state.bin', ...NOW, '--since', '2026-03-24T12:00Z')
    week.says({ en: 'Which groups opened, saved and bought?', zh: '哪些群打开、收藏、下单了？' })
    week.runs('funnel', ...LOG, '--groups', 'groups.jsonl', '--by', 'purpose', '--kinds', 'click,save,convert', '--from', '2026-03-24T12:00Z')
    week.says({ en: 'Which responses did each item get, and until when is it valid?', zh: '每条内容效果如何，有效期到何时？' })
    week.runs('content', '--snapshot', 'state.bin', ...NOW, '--count', '10')
  },

  (week) => {
    week.heading(2, { en: 'Plan the next seven days', zh: '安排下一周' })
    week.runs('plan', '--snapshot', 'state.bin', '--from', EIGHT, '--days', '7', '--out', 'week.jsonl')
    week.says({
      en: 'Nobody reads every message. They are grouped into lines of one day, step and item; those that need a look come first.',
      zh: '没有人逐条看消息。同一天、同一步骤、同一内容的归成一行，需要看的排在前面。',
    })
    week.runs('plan', 'show', 'week.jsonl', '--flagged')
  },

  (week) => {
    week.heading(2, { en: 'Brand and legal review', zh: '品牌与法务审核' })
    const line = lineOf(week, ({ source }) => source.journey === 'week')
    week.says({
      en: 'The lines without a flag are approved at once. One group message gets another coupon, and the reminders of the wake-up journey are left out this week.',
      zh: '没有提示的行一次批准。一条群消息换一张券；唤醒流程的提醒这周不发。',
    })
    week.runs('plan', 'approve', 'week.jsonl', '--all', '--by', 'wang')
    week.runs('plan', 'approve', 'week.jsonl', '--line', line, '--item', 'c-010', '--by', 'legal')
    week.runs('plan', 'reject', 'week.jsonl', '--line', lineOf(week, ({ source }) => source.journey === 'wake-up'), '--by', 'wang')
  },

  (week) => {
    week.heading(2, { en: 'Send due messages', zh: '发送到期的消息' })
    week.says({
      en: 'Every few minutes, all rules are checked again, and messages that may still be sent are accepted and printed for the host. This is Wednesday at 8:05.',
      zh: '每隔几分钟重新检查所有规则，仍然可以发的记为已发，并打印出来交给宿主程序。下面是星期三 8:05。',
    })
    week.runs('plan', 'send', 'week.jsonl', '--state', './state', '--now', '2026-04-01T00:05Z', '>', 'today.jsonl')
    week.says({
      en: `Each line of \`today.jsonl\` is a decision; the first goes to ${week.lines('today.jsonl')[0].subject.user ?? week.lines('today.jsonl')[0].subject.group}.`,
      zh: `\`today.jsonl\` 每行一个决定；第一个发给 ${week.lines('today.jsonl')[0].subject.user ?? week.lines('today.jsonl')[0].subject.group}。`,
    })
  },

  async (week) => {
    week.heading(2, { en: 'Something happens in between', zh: '中途有变化' })
    const [first, second] = waiting(week)
    week.says({
      en: 'Before the evening, one customer pays, which ends the journey that a message was planned for; another one turns recommendations off.',
      zh: '当晚之前，一位客户付了款，为其计划的流程因此结束；另一位关闭了推荐。',
    })
    await week.does(
      `await rec.observe({ user: '${first.user}', item: 'p-001', kind: 'paid', reference: 'A-2041', value: 68, at: Date.UTC(2026, 3, 1, 6) })\nawait rec.setPersonalised('${second.user}', false)`,
      async (rec) => {
        await rec.observe({ user: first.user, item: 'p-001', kind: 'paid', reference: 'A-2041', value: 68, at: Date.UTC(2026, 3, 1, 6) }, { now: Date.UTC(2026, 3, 1, 6) })
        await rec.setPersonalised(second.user, false)
      },
    )
    week.says({
      en: 'Nothing is queued: the log is evaluated again, and neither of them gets the message.',
      zh: '没有队列：发送时重新计算，这两位都不会收到。',
    })
    week.runs('plan', 'send', 'week.jsonl', '--state', './state', '--now', EVENING, '>', 'evening.jsonl')
    week.runs('plan', 'show', 'week.jsonl', '--flagged')
    const why = (lang) => [first, second].map(({ id, user }) => [user, silenceInWords(week.lines('week.jsonl').find((message) => message.id === id).silent.rule, lang)])
    week.says({
      en: why('en').map(([user, words]) => `\`${user}\`: ${words}.`).join(' '),
      zh: why('zh').map(([user, words]) => `\`${user}\`：${words}。`).join(''),
    })
  },

  (week) => {
    week.heading(2, { en: 'Poster or card?', zh: '海报还是卡片？' })
    week.says({ en: 'The experiment may be looked at every day. Until the data allow a verdict, it says so.', zh: '实验可以每天看。数据还不够下结论时，会直接说明。' })
    week.runs('experiment', '--operations', 'operations.json', '--id', 'paths', ...LOG)
  },

  (week) => {
    week.heading(2, { en: 'What would other settings have brought?', zh: '换一套设置会怎样？' })
    week.says({
      en: 'For six weeks a bot sent each group an item a day, drawn by softmax. From that log the outcomes of always sending the best item can be estimated. A much wider draw cannot be evaluated from it, and the answer says so.',
      zh: '六周里，机器人每天给每个群发一条，按 softmax 抽取。这份记录能说出每次都发得分最高的会怎样；抽得宽很多会怎样，它答不了，也会直说。',
    })
    week.runs('snapshot', 'build', '--items', 'items.jsonl', '--users', 'users.csv', '--groups', 'groups.jsonl', '--channels', 'channels.json', '--config', 'config.json', '--out', 'bot.bin')
    week.writes('best.json', { policy: { type: 'greedy' } })
    week.runs('evaluate', 'off-policy', ...TRIAL, '--target', 'best.json')
    week.writes('wider.json', { policy: { type: 'softmax', temperature: 1 } })
    week.runs('evaluate', 'off-policy', ...TRIAL, '--target', 'wider.json')
  },

  (week) => {
    week.heading(2, { en: 'At the end of the month', zh: '月底' })
    week.says({ en: 'Who brought others?', zh: '推荐之星是谁？' })
    week.runs('referrals', '--events', 'interactions.csv.gz', '--users', 'users.csv', '--config', 'config.json', '--from', '2025-12-31T16:00Z', '--to', '2026-03-31T12:00Z', '--count', '5')
    week.says({ en: 'And how did the weeks compare?', zh: '各周比较如何？' })
    week.runs('funnel', ...LOG, '--by', 'week', '--kinds', 'click,convert', '--from', '2026-02-28T16:00Z')
  },
]

/** Returns the id of the first line of a plan whose messages fit. */
function lineOf(week, fits) {
  const message = week.lines('week.jsonl').find((one) => one.picks.length && fits(one))
  const { journey, step } = message.source
  const day = new Date(message.at + 8 * HOUR).toISOString().slice(0, 10)
  return `${day}/${journey}.${step}/${message.picks.map(({ item }) => item).join('+')}`
}

/** Returns two approved messages of the evening that a payment, and opting out, ends. */
function waiting(week) {
  const open = week.lines('week.jsonl').filter(({ state, at, user }) => state === 'approved' && user !== undefined && at > Date.parse(EIGHT) + HOUR && at <= Date.parse(EVENING))
  const paying = open.find(({ source }) => source.journey === 'welcome')
  const leaving = open.find(({ source, user }) => ['welcome', 'repurchase', 'birthday'].includes(source.journey) && user !== paying.user)
  return [paying, leaving]
}
