// Readable transcript of a dialogue and the bot's log, compared with the committed one.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { logLine } from '../../hosts/bot/index.js';

/** Records messages by sender. Ids are replaced by numbers in order of appearance, so that the text does not depend on them. */
export class Transcript {
  #lines = [];
  #decisions = new Map();

  heading(text) {
    this.#lines.push(...(this.#lines.length ? [''] : []), `# ${text}`);
  }
  says(who, text) {
    this.#lines.push(`${who}: ${this.#tidy(text).replace(/\n/g, `\n${' '.repeat(2)}`)}`);
  }
  /** Formats a sent message: its text, and its buttons, if any. */
  sends(to, text, buttons = []) {
    this.says(`nextpick → ${to}`, [text, ...(buttons.length ? [buttons.map((one) => `[${one}]`).join(' ')] : [])].join('\n'));
  }
  /** An entry of the bot's own log. */
  log = (entry) => {
    const { until, ...rest } = entry;
    this.#lines.push(`  · ${this.#tidy(logLine(until === undefined ? rest : { ...rest, until: new Date(until).toISOString() }))}`);
  };

  #tidy(text) {
    const signed = text.replace(/(?<![\w-])[\w-]{41}(?![\w-])/g, (token) => (/^A{22}/.test(token) ? '<forged token>' : '<token>'));
    return signed.replace(/0{32}\.[\w-]{8}/g, '<unsigned token>').replace(/\b([0-9a-f]{32})(\.[\w-]{8})?/g, (_, id, item) => {
      if (!this.#decisions.has(id)) this.#decisions.set(id, this.#decisions.size + 1);
      return `<decision ${this.#decisions.get(id)}${item ? ' and item' : ''}>`;
    });
  }

  /** Compares with the committed text; `UPDATE_TRANSCRIPTS=1` rewrites it. */
  is(name) {
    const file = new URL(`transcripts/${name}.txt`, import.meta.url);
    const text = `${this.#lines.join('\n')}\n`;
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'), `the dialogue differs from ${file.pathname}; UPDATE_TRANSCRIPTS=1 rewrites it`);
  }
}
