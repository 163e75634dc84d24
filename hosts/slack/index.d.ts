/** nextpick for Slack's Bolt. */

import type { App } from '@slack/bolt';
import type { Remembering, Talk, TalkOptions } from 'nextpick-bot';

export interface Options extends TalkOptions {
  /** The app, before it starts. */
  app: App;
}

export interface NextpickSlack {
  /** Logic of the bot: `talk.tick(now)` serves the slots that are due. */
  readonly talk: Talk;
  /** Starts the schedule, checked every half minute; returns the function that stops it. */
  start(): () => void;
}

/** Connects an app with a recommender. Channels are groups; direct messages are private. Default channel: `slack`. */
export function nextpick(recommender: Remembering, options: Options): NextpickSlack;
