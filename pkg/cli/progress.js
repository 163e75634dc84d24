// @ts-check
/** @file What goes to stderr: what reading brought to light, notes, the report of bad rows, and a line of progress when it is a terminal. */

import { LoadReport } from '../files/index.js';
import { printable } from './table.js';

/** Bad rows shown one by one before only their number is told. */
const SHOWN = 20;

/** Lines on stderr; each stays one, whatever is in it. */
export function tell(...lines) {
  process.stderr.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** A line that is written over while something long goes on; silent when stderr is no terminal. */
export class Progress {
  #stream;
  #last = 0;
  #shown = false;

  constructor(stream = process.stderr) {
    this.#stream = stream;
  }

  /** @param {() => string} text Made only when it is shown, at most ten times a second. */
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

/** What was left out or is worth knowing, told on stderr and counted. */
export class Report {
  bad = 0;
  #progress;
  #lang;

  /** @param {{ progress: Progress, lang: 'zh' | 'en', now?: number }} options `now`: from when on times are told as lying far ahead. */
  constructor({ progress, lang, now }) {
    this.#progress = progress;
    this.#lang = lang;
    this.doubts = new LoadReport({ now });
  }

  /** A line on stderr. */
  note(text) {
    this.#progress.clear();
    tell(text);
  }

  /** A bad row that is left out. */
  skip(error) {
    this.bad += 1;
    if (this.bad <= SHOWN) this.note(`skipped ${error.message}`);
  }

  /** What was read and assumed, and how many rows were left out in all. */
  end() {
    this.#progress.clear();
    for (const line of this.doubts.notes(this.#lang)) this.note(line);
    if (!this.bad) return;
    const more = this.bad > SHOWN ? ` (${this.bad - SHOWN} of them not shown)` : '';
    this.note(`skipped ${this.bad} bad ${this.bad === 1 ? 'row' : 'rows'}${more}`);
  }
}
