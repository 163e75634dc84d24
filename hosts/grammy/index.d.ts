/** nextpick as a grammY middleware. */

import type { Api, Composer, Context } from 'grammy';
import type { CommandOptions, Remembering, Talk, TalkOptions } from 'nextpick-bot';

export interface Options extends TalkOptions {
  /** The bot's `api`, for what is sent by the clock. Without a `secret` the key of buttons and links is derived from its token. */
  api: Api;
}

/** A composer for `bot.use(…)`. */
export interface NextpickMiddleware<C extends Context = Context> extends Composer<C> {
  /** What it hears and says: `talk.tick(now)` keeps the slots that are due. */
  readonly talk: Talk;
  /** Keeps the schedule, looking every half minute; gives back what ends it. */
  start(): () => void;
}

/** Lets a bot hear and answer with this recommender. The channel is `telegram` unless another is given. */
export function nextpick<C extends Context = Context>(recommender: Remembering, options: Options): NextpickMiddleware<C>;

/** The commands as Telegram's menu shows them: `api.setMyCommands(commandMenu('en'))`; `commands` as in the options. */
export function commandMenu(lang?: 'zh' | 'en', commands?: CommandOptions): { command: string; description: string }[];
