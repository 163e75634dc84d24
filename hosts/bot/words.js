/**
 * @file Texts of a bot and words of its commands, in Chinese and English. Any Chinese tag gives `zh`, all others `en`.
 */

import { facetInWords, reasonInWords, silenceInWords } from 'nextpick/words';

/**
 * Commands. Chinese words stand alone, as the whole message or its beginning; English ones need a slash where the
 * framework has no commands, because "next" is also an ordinary word.
 */
export const COMMANDS = {
  next: { zh: '下一条', en: 'next', say: { zh: '看一条为你挑的内容', en: 'One piece, picked for you' } },
  off: { zh: '推荐关', en: 'recommend_off', say: { zh: '不再按你的行为和标签推荐', en: 'No longer use what you do, or your tags' } },
  on: { zh: '推荐开', en: 'recommend_on', say: { zh: '恢复按你的行为推荐', en: 'Use what you do again' } },
  tags: {
    zh: '我的标签', en: 'my_tags',
    say: { zh: '查看、删除、屏蔽你的标签（私聊）', en: 'See, remove or block your tags (in private)' },
  },
  forget: { zh: '忘记我', en: 'forget_me', say: { zh: '删掉关于你的一切', en: 'Delete everything about you' } },
  help: { zh: '帮助', en: 'help', say: { zh: '我能做什么', en: 'What I can do' } },
};

/** Actions on a tag, after `我的标签`. */
export const TAG_ACTIONS = {
  remove: { zh: '删除', en: 'remove' },
  block: { zh: '屏蔽', en: 'block' },
  unblock: { zh: '恢复', en: 'unblock' },
};

/**
 * Makes the texts for the commands in use: `ifOffered(name, (word) => text)` is the text if the command exists, else empty.
 */
const zh = (ifOffered) => ({
  hello: '我会把合适的内容发到这里。你可以发：',
  command: ({ zh: name, say }) => `${name}：${say.zh}`,
  empty: '现在没有合适的内容了，过些时候再来看看。',
  why: (reason) => `为什么：${reason}`,
  hint: (labels) => `回复 ${labels.join('、')} 告诉我你的想法`,
  off: `已关闭个性化：从下一条起，不再使用你的行为和标签。${ifOffered('on', (word) => `发“${word}”可恢复。`)}`,
  on: `已恢复个性化：推荐会再次参考你的行为。${ifOffered('off', (word) => `发“${word}”可随时关闭。`)}`,
  sure: `确定要删除关于你的一切吗？删除后无法恢复。${ifOffered('forget', (word) => `10 分钟内再发一次“${word}”就会删除。`)}`,
  forgotToday: '今天已经为你删除过一次了，请 24 小时后再试。',
  forgot: '关于你的一切都已删除。',
  nothingToForget: '这里没有关于你的任何记录。',
  private: `标签是你的私事，${ifOffered('tags', (word) => `请私聊我发“${word}”。`)}`,
  noTags: '还没有你的标签：你做过的事还不足以说明什么。',
  tags: '我们从你的标签和行为里看到：',
  more: (count) => `……还有 ${count} 个`,
  blocked: (facets) => `已屏蔽：${facets.join('、')}`,
  isOff: '个性化已关闭，这些都不会被使用。',
  how: ifOffered('tags', (word) => `发“${word} 删除 名称”“${word} 屏蔽 名称”或“${word} 恢复 名称”来修改。`),
  removed: (facet) => `已删除：${facet}。`,
  blockedNow: (facet) => `已屏蔽：${facet}，以后不再用它为你推荐。`,
  unblocked: (facet) => `已恢复：${facet}。`,
  noSuchTag: (name) => `你没有叫“${name}”的标签。${ifOffered('tags', (word) => `发“${word}”看看有哪些。`)}`,
  whichTag: `请写上标签的名称${ifOffered('tags', (word) => `，例如：${word} 屏蔽 护肤`)}`,
  trouble: '出了点问题，没能做成，请过些时候再试。',
  noted: (button) => `已记下：${button}`,
  notedBefore: (button) => `这次已经记下了：${button}`,
  badButton: `这个按钮已经认不出来了${ifOffered('next', (word) => `，请发“${word}”看新的`)}。`,
  oldButton: `这个按钮是以前发的，已经失效${ifOffered('next', (word) => `，请发“${word}”看新的`)}。`,
  gone: `这条内容已经下架了${ifOffered('next', (word) => `，请发“${word}”看新的`)}。`,
  badLink: '这个链接已经认不出来了。',
  persons: '这条命令只对个人有效，请用你自己的身份发送。',
  slow: '你发得太快了，请过一分钟再试。',
});

const en = (ifOffered) => ({
  hello: 'I send what fits here. You can write:',
  command: ({ en: name, say }) => `/${name}: ${say.en}`,
  empty: 'Nothing suitable is left right now; please come back later.',
  why: (reason) => `Why: ${reason}`,
  hint: (labels) => `Tell me what you think: reply ${labels.join(', ')}`,
  off: `Personalisation is off: from the next piece on, what you do and your tags are not used.${ifOffered('on', (word) => ` /${word} brings it back.`)}`,
  on: `Personalisation is on: what you do counts again.${ifOffered('off', (word) => ` /${word} ends it at any time.`)}`,
  sure: `Are you sure? Everything about you will be deleted for good.${ifOffered('forget', (word) => ` Send /${word} again within 10 minutes to delete it.`)}`,
  forgotToday: 'Your data was deleted once today already; please try again after 24 hours.',
  forgot: 'Everything about you has been deleted.',
  nothingToForget: 'Nothing about you was on record here.',
  private: `Your tags are your own business${ifOffered('tags', (word) => `: please send me /${word} in private`)}.`,
  noTags: 'You have no tags yet: your activity shows no interests so far.',
  tags: 'From your tags and from what you did we gather:',
  more: (count) => `… and ${count} more`,
  blocked: (facets) => `Blocked: ${facets.join(', ')}`,
  isOff: 'Personalisation is off; none of this is used.',
  how: ifOffered('tags', (word) => `To change it: /${word} remove NAME, /${word} block NAME or /${word} unblock NAME.`),
  removed: (facet) => `Removed: ${facet}.`,
  blockedNow: (facet) => `Blocked: ${facet}; it will not be used for you again.`,
  unblocked: (facet) => `Unblocked: ${facet}.`,
  noSuchTag: (name) => `You have no tag called “${name}”.${ifOffered('tags', (word) => ` /${word} lists those you have.`)}`,
  whichTag: `Please give the name of a tag${ifOffered('tags', (word) => `, for example: /${word} block skincare`)}`,
  trouble: 'Something went wrong and it was not done; please try again later.',
  noted: (button) => `Noted: ${button}`,
  notedBefore: (button) => `Noted before: ${button}`,
  badButton: `This button is not known any more${ifOffered('next', (word) => `; /${word} brings something new`)}.`,
  oldButton: `This button was sent long ago and has ended${ifOffered('next', (word) => `; /${word} brings something new`)}.`,
  gone: `This piece is no longer there${ifOffered('next', (word) => `; /${word} brings something new`)}.`,
  badLink: 'This link is not known any more.',
  persons: 'This command is for persons: please send it in your own name.',
  slow: 'You are sending commands too fast; please try again in a minute.',
});

/** Returns `zh` or `en` for a language tag. */
export const langOf = (lang) => (/^zh\b/i.test(lang ?? '') ? 'zh' : 'en');

/** Returns the texts of a language for the commands in use, with nextpick's own words for codes. */
export function wordsIn(lang, commands = /** @type {Partial<typeof COMMANDS>} */ (COMMANDS)) {
  const which = langOf(lang);
  const ifOffered = (name, text) => (commands[name] ? text(commands[name][which]) : '');
  const own = { zh, en }[which](ifOffered);
  return {
    ...own,
    lang: which,
    facet: (facet) => facetInWords(facet, which),
    silence: ({ rule, until }, offset) => silenceInWords(rule, which, until, offset),
    reason: (reason, wording) => own.why(reasonInWords(reason, { ...wording, lang: which })),
    help: () => [own.hello, ...Object.values(commands).map(own.command)].join('\n'),
  };
}
