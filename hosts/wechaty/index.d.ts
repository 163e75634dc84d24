/** nextpick as a wechaty plugin. */

import type { Remembering, Talk, TalkOptions } from 'nextpick-bot';
import type { WechatyPlugin } from 'wechaty';

/** Makes a plugin for `bot.use(…)`, for one bot. Default channel: `wechat`. */
export function nextpick(recommender: Remembering, options?: TalkOptions): WechatyPlugin & {
  /** Logic of the bot: `talk.tick(now)` serves the slots that are due; the plugin calls it while it is logged in. */
  readonly talk: Talk;
};
