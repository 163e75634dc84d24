/** @file Output to stderr: findings of reading, notes, bad rows, and progress on a terminal. */

import { LoadReport } from '../files/index.js';
import { printable } from './table.js';

/** Maximum number of bad rows listed; further ones are counted. */
const SHOWN = 20;

/**
 * Writes lines to stderr; each is one line with any content.
 * @param {...string} lines
 */
export function printNotes(...lines) {
  process.stderr.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** Progress line that is overwritten; silent unless stderr is a terminal. */
export class Progress {
  #stream;
  #last = 0;
  #shown = false;

  constructor(stream = process.stderr) {
    this.#stream = stream;
  }

  /** @param {() => string} text Called only for display, at most ten times a second. */
  show(text) {
    if (!this.#stream.isTTY) return;
    const now = performance.now();
    if (now - this.#last < 100) return;
    this.#last = now;
    this.#shown = true;
    this.#stream.write(`\r\u001b[2K${printable(text())}`);
  }

  clear() {
    if (this.#shown) this.#stream.write('\r\u001b[2K');
    this.#shown = false;
    this.#last = 0;
  }
}

/** Reports omissions and notes on stderr, and counts them. */
export class Report {
  bad = 0;
  #progress;
  #lang;

  /**
   * @param {{ progress: Progress, lang: 'zh' | 'en', now?: number }} options `now`: time from which later ones are
   *   reported as far ahead.
   */
  constructor({ progress, lang, now }) {
    this.#progress = progress;
    this.#lang = lang;
    this.doubts = new LoadReport({ now });
  }

  /**
   * Prints a line on stderr.
   * @param {string} text
   */
  note(text) {
    this.#progress.clear();
    printNotes(text);
  }

  /**
   * Reports a bad row that is left out.
   * @param {Error} error
   */
  skip(error) {
    this.bad += 1;
    if (this.bad <= SHOWN) this.note(`skipped ${error.message}`);
  }

  /** Prints counts and assumptions of the reading, and the number of rows left out. */
  end() {
    this.#progress.clear();
    for (const line of this.doubts.notes(this.#lang)) this.note(line);
    if (!this.bad) return;
    const more = this.bad > SHOWN ? ` (${this.bad - SHOWN} of them not shown)` : '';
    this.note(`skipped ${this.bad} bad ${this.bad === 1 ? 'row' : 'rows'}${more}`);
  }
}
