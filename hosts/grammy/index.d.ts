/** nextpick as grammY middleware. */

import type { Api, Composer, Context } from 'grammy';
import type { CommandOptions, Remembering, Talk, TalkOptions } from 'nextpick-bot';

export interface Options extends TalkOptions {
  /**
   * The bot's `api`, for scheduled pushes. Without a `secret` the key of buttons and links is derived from its token.
   */
  api: Api;
}

/** Composer for `bot.use(…)`. */
export interface NextpickMiddleware<C extends Context = Context> extends Composer<C> {
  /** Logic of the bot: `talk.tick(now)` serves the slots that are due. */
  readonly talk: Talk;
  /** Starts the schedule, checked every half minute; returns the function that stops it. */
  start(): () => void;
}

/** Connects a bot with a recommender. Default channel: `telegram`. */
export function nextpick<C extends Context = Context>(recommender: Remembering, options: Options): NextpickMiddleware<C>;

/** Returns the commands for Telegram's menu: `api.setMyCommands(commandMenu('en'))`; `commands` as in the options. */
export function commandMenu(lang?: 'zh' | 'en', commands?: CommandOptions): { command: string; description: string }[];
