/**
 * Reads items, users, groups, channels and interactions from CSV, JSON and JSONL (each also gzipped), in Node and browsers; from
 * Parquet, where the package `hyparquet` is installed (with `hyparquet-compressors` for zstd, gzip, brotli and LZ4); from Arrow (files, also
 * named Feather, and streams), where `apache-arrow` is (with `hyparquet-compressors` for zstd); and from `.xlsx`, where `read-excel-file` is.
 */

import type { Case, Channel, Config, Group, Interaction, Item, Millis, RecommendRequest, User } from '../index.js';

/** Types of the records of a file, by sort. */
export interface RecordOf {
  items: Item;
  users: User;
  groups: Group;
  channels: Channel;
  interactions: Interaction;
  requests: RecommendRequest;
  cases: Case;
  /** `at user group item channel`, and a boolean per kind. */
  impressions: Record<string, unknown>;
}

/** The sorts of records that files can hold. */
export const sorts: (keyof RecordOf)[];

/** Bounds on a file. A {@link FileError} names the bound that is exceeded; rows that exceed one can be left out (`onBadRow`). */
export interface Limits {
  /** Bytes that a gzipped file, or the pages of a Parquet or Arrow file, may unpack to. Default 2 GiB. */
  unpackedBytes?: number;
  /** Characters of one cell of a CSV, Parquet or Arrow file. Default 1,048,576. */
  cellLength?: number;
  /** Characters of one row of a CSV file or line of a JSONL file. Default 4,194,304. */
  rowLength?: number;
  /** Characters of a `.json`, or bytes that a `.xlsx` unpacks to, which are parsed in one piece. Default 134,217,728. */
  jsonLength?: number;
  /** Seconds that the description, or one row group, of a Parquet or Arrow file may take. Default 60. */
  seconds?: number;
}

/** Options for reading a file. */
export interface ReadOptions<Sort extends keyof RecordOf> {
  sort: Sort;
  /** The file's name, which determines its format: `.csv`, `.tsv`, `.txt`, `.json`, `.jsonl` or `.ndjson`, each also with `.gz`, or `.parquet`, `.arrow`, `.feather` or `.xlsx`. */
  name: string;
  /** Needed columns that may be absent after all (`['at']` in a timeless log). */
  optional?: string[];
  /** Columns or fields that are to be read under another name: `{ region: "group" }`. */
  as?: Record<string, string>;
  /** True to keep columns whose names nearly match a field (`Hidden`, `expires_at`) as your own. Default false: they are refused. */
  allowUnknown?: boolean;
  /** Minutes that times without a zone are ahead of UTC. Default 0. */
  zone?: number;
  /** True to read times below 1e11 as seconds, fractions included. Default false. */
  seconds?: boolean;
  /** True to read positive times below 100,000 as days of a spreadsheet since 1899-12-30, fractions included, in `zone`. Default false. */
  serialDates?: boolean;
  /** Signs that separate the entries of lists, each one character: `|，、`. Default `|`. */
  listSeparators?: string;
  /** Lines of a table before its header. Default 0. */
  skipLines?: number;
  /** Encoding of a text file, a label that `TextDecoder` knows: `gb18030`. Default: as its bytes show. */
  encoding?: string;
  /** Sign that separates the cells of a CSV: `,`, `;`, `|` or a tab. Default: as its header shows. */
  separator?: string;
  /** Ends the reading, which then throws the signal's reason; records read before it are kept. */
  signal?: AbortSignal;
  /** Receives the number of bytes of a text file that were read, before unpacking, and its size in bytes, if known. */
  onProgress?: (done: number, total?: number) => void;
  /** Collects counts and assumptions of the reading, for one file or many. */
  report?: LoadReport;
  /** Receives every bad row, which is left out. Default: the first bad row is thrown. */
  onBadRow?: (error: FileError) => void;
  /** Bounds on the file; those not given are the defaults. */
  limits?: Limits;
}

/**
 * Subjects of doubts. About a file: `encoding`, `separator`, `lineEnds`, `sheet`. About its columns: `unnamed` (left out), `renamed` (a usual other name), `unknown`
 * (kept in `data`), `unmet` (requested and in no row). About values: `absent` (a word for "no value"), `trimmed`, `quoted` (spreadsheet quoting), `decimal` (ids such as `7.0`), `rounded` (long ids
 * that end in 00), `list` (separators but no `|`), `zone` (times without one), `seconds`, `days`, `dates` and `early` (before 2000), `late` (more than a year
 * ahead), `duplicate` (a row that replaces another). About their meaning to a recommender: `kind` (without a meaning), `item` (not in the library), `repeated`, `ahead`,
 * `aheadOfEnd`, `after`, `terms`. Importers have more.
 */
export type DoubtKind =
  | 'encoding' | 'separator' | 'lineEnds' | 'sheet' | 'unnamed' | 'renamed' | 'unknown' | 'unmet' | 'absent' | 'trimmed' | 'quoted' | 'decimal' | 'rounded' | 'list' | 'zone'
  | 'seconds' | 'days' | 'dates' | 'early' | 'late' | 'duplicate' | 'kind' | 'item' | 'repeated' | 'ahead' | 'aheadOfEnd' | 'after' | 'terms' | (string & {});

/** One doubt about one field of one file. */
export interface Doubt {
  /** The file's name without its folder. */
  file: string;
  kind: DoubtKind;
  /** The field; for `renamed`, `unknown` and `unmet` the column. Absent for the file as a whole. */
  field?: string;
  /** The assumption: an encoding, a separator, a field, a zone; or the moment that times are compared with. */
  as?: string;
  count: number;
  /** Number of values in which `count` were found, if known. */
  total?: number;
  /** The first three different values. */
  examples: { row?: number; value: string }[];
}

/** A doubt of a report that is still counted. */
export interface CountedDoubt extends Doubt {
  /** Counts one more, with its value and row as an example. */
  hit(value?: unknown, row?: number): void;
}

/** Number of records read from a file. */
export interface LoadedFile {
  file: string;
  /** Absent if rows were read unchanged. */
  sort?: keyof RecordOf;
  records: number;
}

/**
 * Collects counts and doubts while files are read. Pass one to `readRecords` and `readRows`, and read it when they are done.
 *
 * `JSON.stringify(report)` is its data; `report.notes('zh')` gives sentences.
 */
export class LoadReport {
  /**
   * Makes an empty report.
   * @param options `now`: times more than a year after it are `late`. Default: the clock.
   */
  constructor(options?: { now?: Millis });
  readonly now: Millis;
  /** The files, in the order in which they were begun. */
  readonly files: LoadedFile[];
  /** The doubts that came up. */
  readonly doubts: Doubt[];
  /** Returns the entry of a file; its reader counts `records`. */
  file(name: string, sort?: string): LoadedFile;
  /** Returns the doubt of this kind; `hit` counts one more. */
  doubt(file: string, kind: DoubtKind, field?: string, as?: string): CountedDoubt;
  /** One line for each file of records, and one for each doubt. Default `en`. */
  notes(lang?: 'zh' | 'en'): string[];
  /** Returns its data, for `JSON.stringify`. */
  toJSON(): { files: LoadedFile[]; doubts: Doubt[] };
}

/** Counts the interactions of one log that have no effect: their kind has no weight, or the library lacks their item. */
export class LogCheck {
  /**
   * Makes a check of one log, whose doubts go into a report.
   * @param options `config`: kinds with a weight in addition to the built-in ones. `isKnown`: true if the library has the item; without it items are not checked.
   */
  constructor(report: LoadReport, file: string, options: { config?: Config | null; isKnown?: (item: string) => boolean });
  /** Checks one interaction. */
  take(interaction: { kind?: string; item?: string }, row?: number): void;
  /**
   * Adds the recommender's counts: interactions known already, and interactions ahead of `trusted`, which is the host's
   * time if `told`, else the log's end.
   */
  end(said: { duplicates?: number; ahead?: number; trusted?: Millis; told?: boolean }): void;
}

/**
 * Reads a file's records in batches as they come. Rows count from 1, a CSV's header being row 1; they are the lines on which records begin.
 *
 * Columns: lists split by `|` or other signs (or JSON, or with quotes around every entry), times in ms or dates with the year first, nested fields as JSON, `attributes.city`, `context.scene`,
 * `facets.region`, `audience.tags`, `data.path`. Empty cells, `NULL` and `\N` are absent fields. Columns that the contract does not know are kept in `data`; near misses of
 * fields are refused. Usual Chinese and English names of columns are read as fields. Ids lose padding and spreadsheet quoting; whole numbers beyond 2^53 in JSON are
 * strings of their digits. Text is UTF-8, UTF-16 or GBK; cells are separated by commas, semicolons, tabs or bars.
 * Assumptions go into `report`. In JSON, Parquet and `.xlsx` the columns are the same; their texts are read as a CSV's,
 * and typed values (times, lists, structs) need no form. One row group of it is in memory at a time where `source`
 * is a Blob; a stream is first read as a whole. It is read in a worker, which is ended when it takes too long or, in
 * Node, more than 2 GB of heap: a damaged table is an error and not the end of the process.
 *
 * @example
 * for await (const batch of readRecords(file, { sort: 'items', name: 'items.csv' })) rec.putItems(batch.map(({ record }) => record));
 * @throws FileError
 */
export function readRecords<Sort extends keyof RecordOf>(
  source: ReadableStream<Uint8Array> | Blob | Uint8Array | string,
  options: ReadOptions<Sort>,
): AsyncGenerator<{ row: number; record: RecordOf[Sort] }[]>;

/**
 * Reads a file's rows without interpreting them, as input of `nextpick/formats`. A row of CSV is an object of
 * texts by column; a `.json` may be a list, one value, or, as warehouses write it, a value a line.
 *
 * @example
 * for await (const batch of readRows(file, { name: 'log.jsonl.gz' })) console.log(batch.map(({ row, value }) => [row, value]));
 * @throws FileError
 */
export function readRows(
  source: ReadableStream<Uint8Array> | Blob | Uint8Array | string,
  options: Pick<ReadOptions<'items'>, 'name' | 'report' | 'skipLines' | 'onBadRow' | 'limits' | 'encoding' | 'separator' | 'signal' | 'onProgress'>,
): AsyncGenerator<{ row: number; value: unknown }[]>;

/**
 * Reads one value of JSON, such as a configuration: with or without a byte order mark, in any encoding that `readRecords` reads.
 * @example
 * const config = await readJsonFile(file, { name: 'config.json' });
 * @throws FileError
 */
export function readJsonFile(
  source: ReadableStream<Uint8Array> | Blob | Uint8Array | string,
  options: { name: string; report?: LoadReport; limits?: Limits },
): Promise<unknown>;

/**
 * Passes a batch to the recommender. The error of a refused record names its row; with `onBadRow` the other records are put without it.
 *
 * `offer(batch, (records) => rec.putItems(records), { name: 'items.csv' })`
 *
 * @example
 * for await (const batch of readRecords(file, { sort: 'items', name: 'items.csv' })) offer(batch, (records) => rec.putItems(records), { name: 'items.csv' });
 * @param put Must change nothing if it throws; every `put…` and `observe…` of the recommender does so.
 * @returns `told`: the result of `put`; absent if no record was put; `taken`: the rows that were put.
 * @throws FileError
 */
export function offer<Row extends { row: number; record: object }, Told>(
  batch: Row[],
  put: (records: Row['record'][]) => Told,
  options: { name: string; onBadRow?: (error: FileError) => void },
): { told: Told | undefined; taken: Row[] };

/**
 * Returns the format of a file by its name.
 * @example
 * formatOf('items.csv.gz'); // { format: 'csv', gzip: true }
 */
export function formatOf(name: string): { format: 'csv' | 'json' | 'jsonl' | 'parquet' | 'xlsx'; gzip: boolean };

/**
 * Milliseconds, or a date with the year first, as milliseconds before the year 2200. Throws on anything else.
 * @example
 * readTime('2026-03-31 20:00', { zone: 480 });
 * @param options `zone`: minutes that a time without a zone is ahead of UTC, default 0; `zoneless` is called for each such time; `seconds`: numbers
 *   below 1e11 are seconds; `serialDates`: positive numbers below 100,000 are days of a spreadsheet.
 */
export function readTime(text: string, options?: { zone?: number; seconds?: boolean; serialDates?: boolean; zoneless?: () => void }): Millis;

/**
 * Counts the times that lie more than an hour after a trusted time: a recommender sets such interactions aside.
 * @example
 * const ahead = aheadOf([Date.now()], Date.now() - 86_400_000);
 */
export function aheadOf(times: Millis[] | Float64Array, trusted: Millis): number;

/**
 * The end of a log that may hold stray times: the latest time that is reached from the bulk of the log without a gap of more than three times
 * the longest one in its later half (and an hour in any case). Up to ten stray rows, or one in a thousand, are left behind. `undefined` for none.
 * @example
 * const end = trustedEnd(Float64Array.from(interactions, ({ at }) => at));
 * @param times In any order; sorted in place.
 */
export function trustedEnd(times: Float64Array): Millis | undefined;

/**
 * One row as CSV text without its line break.
 * @example
 * csvLine(['tea', 'green, loose']); // tea,"green, loose"
 */
export function csvLine(cells: readonly unknown[]): string;

/**
 * Codes of errors in files. About a file: `format` (its name or its bytes), `package` (one that reads it is not installed), `encoding`, `damaged`, `limit` (a
 * bound of {@link Limits}), `header` (none), `json`. About its columns: `column`. About a row: `quote`, `cell`; `record`: the recommender refuses the record.
 * `invalid`: others, of importers and of the command line.
 */
export type FileErrorCode = 'format' | 'package' | 'encoding' | 'damaged' | 'limit' | 'header' | 'json' | 'column' | 'quote' | 'cell' | 'record' | 'invalid';

/** An error in a file: `items.csv row 17, field "publishedAt": expected milliseconds or an ISO date, got "2024-13-01"`. */
export class FileError extends Error {
  /** Makes an error at a place of a file. `problem` is the sentence of `rule` and `value` unless it is given. */
  constructor(place: { file: string; row?: number; field?: string; code?: string; rule?: string; value?: string; problem?: string; cause?: unknown });
  readonly name: 'FileError';
  /** The file's name without its folder. */
  readonly file: string;
  /** The row, from 1; absent where the file as a whole is meant. */
  readonly row?: number;
  /** The field or column; absent where the row as a whole is meant. */
  readonly field?: string;
  /** Stable code, for branching. `problemInWords` of `nextpick/words` has sentences in Chinese and English. */
  readonly code: FileErrorCode | (string & {});
  /** Expected value, in words; empty if `problem` is more specific. */
  readonly rule: string;
  /** Value found, shortened; empty where there is none to show. */
  readonly value: string;
  /** The problem without its place: `expected milliseconds or an ISO date, got "2024-13-01"`. */
  readonly problem: string;
}
