/** Files of a store's folder, as the modules of this folder pass them to each other. Internal to the package. */

import type * as promises from 'node:fs/promises';
import type { statSync } from 'node:fs';
import type { Expired, Forgotten } from './index.js';

/** As `node:fs/promises`; tests pass others. */
export type FileSystem = typeof promises & { statSync?: typeof statSync };

/** Numbering of a log, and the mark that distinguishes its files from those of other logs. */
export interface LogName {
  generation: number;
  mark: string;
}

/** A name of a segment, parsed. */
export interface SegmentName extends LogName {
  name: string;
  /** Number of the first entry. */
  seq: number;
  revision: number;
}

/** A name of a snapshot, parsed. */
export interface SnapshotName extends LogName {
  name: string;
  /** Number of the last entry. */
  seq: number;
  crc: string;
}

/** A segment up to its valid end. */
export interface Segment {
  name: string;
  /** As `first`. */
  seq: number;
  /** Number of the first entry. */
  first: number;
  /** Number of the last entry. */
  last: number;
  /** Length, bytes. */
  bytes: number;
  /** CRC-32 of these bytes; absent in the previous layout. */
  crc?: string;
  /** Number of the last writer's lock. */
  lock: number;
  /** Line number of the first invalid line after the valid end, from 1. */
  tornAt?: number;
}

/** A segment as the manifest names it. */
export type NamedSegment = Omit<Segment, 'seq' | 'tornAt'>;

/** A deleted user, or the expiry of interactions, to be removed from the log. */
export type Removal = (Forgotten & { olderThan?: undefined }) | (Expired & { user?: undefined });

/** Removals pending in the log after a snapshot. */
export type Forgetting = readonly Removal[];

/** A snapshot as the manifest names it. */
export interface NamedSnapshot {
  name: string;
  forgetting: Forgetting;
}

/** A snapshot that was found. */
export interface Snapshot extends NamedSnapshot {
  seq: number;
  crc?: string;
}

/** Content of a manifest. */
export interface Manifest extends LogName {
  segments: NamedSegment[];
  snapshots: NamedSnapshot[];
  /** Names of files to remove. */
  replaced: string[];
  /** Name of the segment that was verified last. */
  scrubbed?: string;
}

/** The head of a line of the log. */
export interface LineHead {
  /** Number of the entry, or of the first that is gone. */
  seq: number;
  /** Number of the last entry on disk when it was written. */
  synced: number;
  /** Number of the writer's lock. */
  lock: number;
}

/** A line of the log, parsed. */
export interface Line extends LineHead {
  /** Number of the last entry that the line represents. */
  last: number;
  /** True if the line represents removed entries. */
  isGone: boolean;
}
