/** @file Interactions as columns of integers: the fastest input of the module, and the most compact form of a large log. */

import { NextpickError } from './error.js';

/** Fields that columns can hold; interactions with other fields are passed as objects. */
const COLUMNAR = new Set(['user', 'group', 'item', 'kind', 'at', 'value']);

/** True if columns can hold all fields of an interaction. @param {Record<string, unknown>} interaction */
export function isColumnar(interaction) {
  for (const field in interaction) if (!COLUMNAR.has(field) && interaction[field] !== undefined) return false;
  return true;
}

/** Names, numbered in order of first occurrence. */
export class Names {
  /** @type {string[]} */
  list = [];
  #numbers = new Map();

  /** Returns the number of a name; −1 for none. @param {string | null | undefined} name @returns {number} */
  of(name) {
    if (name === undefined || name === null) return -1;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }
}

/** A typed array that grows by doubling. */
export class Grown {
  #values;
  length = 0;

  /** @param {Int32ArrayConstructor | Float64ArrayConstructor | Uint8ArrayConstructor} Type */
  constructor(Type) {
    this.Type = Type;
    this.#values = new Type(1024);
  }
  /** @param {number} value */
  push(value) {
    if (this.length === this.#values.length) {
      const wider = new this.Type(this.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.length++] = value;
  }
  taken() {
    return this.#values.slice(0, this.length);
  }
}

/** Collects interactions into columns one at a time, so that a log is never held in memory as objects. */
export class ColumnBuilder {
  #users = new Names();
  #groups = new Names();
  #items = new Names();
  #kinds = new Names();
  #user = new Grown(Int32Array);
  #group = new Grown(Int32Array);
  #item = new Grown(Int32Array);
  #kind = new Grown(Int32Array);
  #at = new Grown(Float64Array);
  #value = new Grown(Float64Array);
  #valued = false;
  #timeless;

  /** @param {{ timeless?: boolean }} [options] `timeless`: an absent `at` is 0 instead of an error. */
  constructor({ timeless = false } = {}) {
    this.#timeless = timeless;
  }

  /** Adds an interaction; fields without a column are dropped. @param {any} interaction */
  push(interaction) {
    if (interaction === null || typeof interaction !== 'object') throw NextpickError.invalid(`interactions[${this.length}]`, 'an object', interaction);
    const { user, group, item, kind, at, value } = interaction;
    // A typed array would silently convert a value that is not a number.
    if (!Number.isFinite(at) && !(this.#timeless && at === undefined)) throw this.#mistake('at', 'whole milliseconds since 1970', at);
    if (value !== undefined && value !== null && !Number.isFinite(value)) throw this.#mistake('value', 'a finite number', value);
    if (typeof kind !== 'string') throw this.#mistake('kind', 'a string', kind);
    this.#user.push(this.#users.of(user));
    this.#group.push(this.#groups.of(group));
    this.#item.push(this.#items.of(item));
    this.#kind.push(this.#kinds.of(kind));
    this.#at.push(at ?? 0);
    this.#value.push(value ?? NaN);
    this.#valued ||= value !== undefined && value !== null;
  }

  get length() {
    return this.#kind.length;
  }

  /** @param {string} field @param {string} rule @param {unknown} found */
  #mistake(field, rule, found) {
    return NextpickError.invalid(`interactions[${this.length}].${field}`, rule, found);
  }

  /** Returns the columns so far. */
  columns() {
    const columns = {
      users: this.#users.list,
      groups: this.#groups.list,
      items: this.#items.list,
      kinds: this.#kinds.list,
      user: this.#user.taken(),
      group: this.#group.taken(),
      item: this.#item.taken(),
      kind: this.#kind.taken(),
      at: this.#at.taken(),
    };
    return this.#valued ? { ...columns, value: this.#value.taken() } : columns;
  }
}

/**
 * Converts interactions to columns, for `observeColumns` and the evaluations.
 * @param {Iterable<object>} interactions
 * @param {{ timeless?: boolean }} [options] `timeless`: an absent `at` is 0 (for `evaluateCases` only).
 */
export function toColumns(interactions, options) {
  if (typeof interactions?.[Symbol.iterator] !== 'function') throw NextpickError.invalid('interactions', 'a list', interactions);
  const builder = new ColumnBuilder(options);
  for (const interaction of interactions) builder.push(interaction);
  return builder.columns();
}
