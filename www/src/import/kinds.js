/** @file Kinds of interaction in files of other systems: the kind of each unambiguous name. */

/** Kinds that need no words of the operator. */
export const KNOWN = ['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss', 'joined', 'checked_in', 'ordered', 'paid', 'invited'];

/** @type {[RegExp, string][]} */
const SYNONYMS = [
  [/^(曝光|展示|推送|show|exposure)$/i, 'impression'], [/^(点击|打开|阅读|click|open|read)$/i, 'click'], [/^(点赞|赞|喜欢|like|star)$/i, 'like'],
  [/^(收藏|save|favou?rite|collect)$/i, 'save'], [/^(评论|留言|comment)$/i, 'comment'], [/^(转发|分享|share|forward)$/i, 'share'],
  [/^(支付|付款|成交|购买|convert|purchase|buy)$/i, 'convert'], [/^(不感兴趣|屏蔽|dismiss|hide)$/i, 'dismiss'], [/^(入群|进群|joined?)$/i, 'joined'], [/^(打卡|签到|check[-_ ]?in|checked[-_ ]?in)$/i, 'checked_in'],
];

/** Returns the kind of a name: the name itself, or that of an unambiguous synonym; nothing if the operator must decide. */
export function meaningOf(name) {
  if (KNOWN.includes(name)) return name;
  return SYNONYMS.find(([pattern]) => pattern.test(name.trim()))?.[1];
}
