/** nextpick as a Koishi plugin: `app.plugin(nextpick, { items: 'library.jsonl', schedule: [{ at: '09:30' }] })`. */

import type { Context, Schema } from 'koishi';
import type { Config as RecommenderConfig, DurableRecommender, Kind } from 'nextpick';
import type { CommandOptions, Talk, TalkOptions } from 'nextpick-bot';

declare module 'koishi' {
  interface Context {
    /** Set when the state has been read from the database. */
    nextpick: { recommender: DurableRecommender; talk: Talk };
  }
  interface Tables {
    nextpick_entry: { id: number; entry: string };
    nextpick_secret: { id: number; secret: string };
    nextpick_snapshot: { id: number; upTo: number; bytes: ArrayBuffer; forgetting: string };
  }
}

export interface Config {
  /** File with the library (CSV, JSON or JSONL, also with .gz), relative to Koishi's folder. */
  items?: string;
  /** Link to an item: a template with `{token}`, and `{item}`, `{group}`, `{user}`. */
  link?: string;
  /** True to show buttons under an item, where the platform has them. Default false. */
  buttons?: boolean;
  /** Language of the bot. Default `zh`. */
  lang?: 'zh' | 'en';
  /** Times of pushes to groups (`platform:channel`), on the operator's clock. Default: none. */
  schedule?: { at: string; groups?: string[] }[];
  /** Commands under other names, or `false` to switch one off. */
  commands?: Omit<CommandOptions, 'help'>;
  /** Key that signs buttons and links, at least 16 bytes. Default: generated once, and kept in the database. */
  secret?: string;
  /** Words by kind of interaction; replaces the shipped ones. */
  keywords?: { kind: Kind; words: string[] }[];
  /** Changes the content of messages, for plugins in code; `native` is a fragment of Koishi, sent before the text. Default: as the item says. */
  render?: TalkOptions['render'];
  /** Configuration of the recommender. */
  recommender?: RecommenderConfig;
}
export const Config: Schema<Config>;
export const name: 'nextpick';
export const inject: ['database'];
export function apply(ctx: Context, config: Config): void;
