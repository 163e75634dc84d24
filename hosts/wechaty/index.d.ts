/** nextpick as a wechaty plugin. */

import type { Remembering, Talk, TalkOptions } from 'nextpick-bot';
import type { WechatyPlugin } from 'wechaty';

/** A plugin for `bot.use(…)`, for one bot. The channel is `wechat` unless another is given. */
export function nextpick(recommender: Remembering, options?: TalkOptions): WechatyPlugin & {
  /** What it hears and says: `talk.tick(now)` keeps the slots that are due; the plugin does so while it is logged in. */
  readonly talk: Talk;
};
