/** nextpick as a Koishi plugin: `app.plugin(nextpick, { items: 'library.jsonl', schedule: [{ at: '09:30' }] })`. */

import type { Context, Schema } from 'koishi';
import type { Config as RecommenderConfig, DurableRecommender, Kind } from 'nextpick';
import type { CommandOptions, Talk } from 'nextpick-bot';

declare module 'koishi' {
  interface Context {
    /** Set once the state has been read from the database. */
    nextpick: { recommender: DurableRecommender; talk: Talk };
  }
  interface Tables {
    nextpick_entry: { id: number; entry: string };
    nextpick_secret: { id: number; secret: string };
    nextpick_snapshot: { id: number; upTo: number; bytes: ArrayBuffer };
  }
}

export interface Config {
  /** A file with the library (CSV, JSON or JSONL, also with .gz), relative to Koishi's folder. */
  items?: string;
  /** Where a piece is read: a template with `{token}`, and `{item}`, `{group}`, `{user}`. */
  link?: string;
  /** Show buttons under a piece; only where the platform has them. Default false. */
  buttons?: boolean;
  /** The language of the bot. Default `zh`. */
  lang?: 'zh' | 'en';
  /** When groups (`platform:channel`) get a piece, by the operator's clock. Default: never. */
  schedule?: { at: string; groups?: string[] }[];
  /** Commands under other names, or `false` to switch one off. */
  commands?: Omit<CommandOptions, 'help'>;
  /** The key with which buttons and links are signed, at least 16 bytes. Default: made once, and kept in the database. */
  secret?: string;
  /** Which words are which kind of interaction; replaces those that ship. */
  keywords?: { kind: Kind; words: string[] }[];
  /** How it decides. */
  recommender?: RecommenderConfig;
}
export const Config: Schema<Config>;
export const name: 'nextpick';
export const inject: ['database'];
export function apply(ctx: Context, config: Config): void;
