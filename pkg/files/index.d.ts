/**
 * Reads items, users, groups, channels and interactions from CSV, JSON and JSONL (each also gzipped), in Node and browsers; and from
 * Parquet, where the package `hyparquet` is installed (with `hyparquet-compressors` for zstd, gzip, brotli and LZ4).
 */

import type { Case, Channel, Group, Interaction, Item, Millis, User } from '../index.js';

/** What a file holds, by sort. */
export interface RecordOf {
  items: Item;
  users: User;
  groups: Group;
  channels: Channel;
  interactions: Interaction;
  cases: Case;
  /** `at user group item channel`, and a boolean per kind. */
  impressions: Record<string, unknown>;
}

/** The sorts of records that files can hold. */
export const sorts: (keyof RecordOf)[];

/** How much of a file is read. What exceeds a bound is refused by a {@link FileError} that names it; rows that do can be left out. */
export interface Limits {
  /** Bytes that a gzipped file, or the pages of a Parquet file, may unpack to. Default 2 GiB. */
  unpackedBytes?: number;
  /** Characters of one cell of a CSV or Parquet file. Default 1,048,576. */
  cellLength?: number;
  /** Characters of one row of a CSV file or line of a JSONL file. Default 4,194,304. */
  rowLength?: number;
  /** Characters of a `.json`, which is parsed in one piece. Default 134,217,728. */
  jsonLength?: number;
  /** Seconds that the description, or one row group, of a Parquet file may take. Default 60. */
  seconds?: number;
}

/** How a file is read. */
export interface ReadOptions<Sort extends keyof RecordOf> {
  sort: Sort;
  /** The file's name, which says its format: `.csv`, `.json`, `.jsonl` or `.ndjson`, each also with `.gz`, or `.parquet`. */
  name: string;
  /** Needed columns that may be absent after all (`['at']` in a timeless log). */
  optional?: string[];
  /** Columns or fields that are to be read under another name: `{ region: "group" }`. */
  as?: Record<string, string>;
  /** Is handed every bad row, which is then left out. Without it, the first bad row is thrown. */
  onBadRow?: (error: FileError) => void;
  /** Bounds on the file; those not given are the defaults. */
  limits?: Limits;
}

/**
 * Reads a file's records in batches as they come. Rows count from 1, a CSV's header being row 1; they are the lines on which records begin.
 *
 * Columns: lists split by `|`, times in ms or ISO dates (UTC), nested fields as JSON, `attributes.city`, `context.scene`,
 * `facets.region`, `audience.tags`, `data.path`. Empty cells are absent fields. Columns that the contract does not know are kept in `data`.
 * In Parquet the columns are the same; their texts are read as a CSV's, and what has a type (times, lists, structs) needs no form.
 * One row group of it is in memory at a time where `source` is a Blob; a stream is taken in whole first. It is read in a worker, which is
 * ended when it takes too long or, in Node, more than 2 GB of heap: a damaged table is an error and not the end of the process.
 *
 * @throws FileError
 */
export function readRecords<Sort extends keyof RecordOf>(
  source: ReadableStream<Uint8Array> | Blob | Uint8Array | string,
  options: ReadOptions<Sort>,
): AsyncGenerator<{ row: number; record: RecordOf[Sort] }[]>;

/**
 * Reads a file's rows as they stand, whatever they are records of: what `nextpick/formats` makes records of. A row of CSV is an object of
 * texts by column; a `.json` may be a list, one value, or, as warehouses write it, a value a line.
 *
 * @throws FileError
 */
export function readRows(
  source: ReadableStream<Uint8Array> | Blob | Uint8Array | string,
  options: { name: string; onBadRow?: (error: FileError) => void; limits?: Limits },
): AsyncGenerator<{ row: number; value: unknown }[]>;

/**
 * Hands a batch to the recommender. A record that it refuses is traced back to its row; with `onBadRow` the others go in without it.
 *
 * `offer(batch, (records) => rec.putItems(records), { name: 'items.csv' })`
 *
 * @param put Must change nothing where it throws, as is so of every `put…` and `observe…` of the recommender.
 * @returns What `put` answered, if anything was left to put, and the rows that went in.
 * @throws FileError
 */
export function offer<Row extends { row: number; record: object }, Told>(
  batch: Row[],
  put: (records: Row['record'][]) => Told,
  options: { name: string; onBadRow?: (error: FileError) => void },
): { told: Told | undefined; taken: Row[] };

/** What a file's name promises. */
export function formatOf(name: string): { format: 'csv' | 'json' | 'jsonl' | 'parquet'; gzip: boolean };

/** Milliseconds or an ISO date as milliseconds, before the year 2200; UTC where no zone is given. Throws on anything else. */
export function readTime(text: string): Millis;

/**
 * The end of a log that may hold stray times: the latest time that is reached from the bulk of the log without a gap of more than three times
 * the longest one in its later half (and an hour in any case). Up to ten stray rows, or one in a thousand, are left behind. `undefined` for none.
 * @param times In any order; sorted in place.
 */
export function trustedEnd(times: Float64Array): Millis | undefined;

/** One row as CSV text without its line break. */
export function csvLine(cells: readonly unknown[]): string;

/** A mistake in a file: `items.csv row 17, field "publishedAt": expected milliseconds or an ISO date, got "2024-13-01"`. */
export class FileError extends Error {
  constructor(place: { file: string; row?: number; field?: string; problem: string; cause?: unknown });
  readonly name: 'FileError';
  /** The file's name without its folder. */
  readonly file: string;
  /** The row, from 1; absent where the file as a whole is meant. */
  readonly row?: number;
  /** The field or column; absent where the row as a whole is meant. */
  readonly field?: string;
  /** What is wrong, without the place: `expected milliseconds or an ISO date, got "2024-13-01"`. */
  readonly problem: string;
}
