/** @file Off-policy evaluation: passes the log to the module, once for each pass, and queries the resulting evaluator. */

import { toBytes } from '../bytes.js';
import { NextpickError } from '../error.js';
import { checkFields, checkFunction } from '../options.js';
import { encodeArgument } from '../plain.js';
import { withWholeRecords } from './whole.js';

/** Entries per chunk. */
const PIECE = 500;

/** Fields of the question; the others give the start of the log and the target. */
const QUESTION = ['recipients', 'outcome', 'from', 'to', 'attributionWindow', 'level', 'sequential', 'maxUnsupported', 'seed'];
const TARGET = ['config', 'objective', 'policy', 'families'];

/** @type {typeof Symbol.dispose} */
const dispose = Symbol.dispose ?? /** @type {any} */ (Symbol.for('Symbol.dispose'));

/**
 * Evaluator in the module; see `src/wasm/study/`.
 *
 * @typedef {{ evaluate(target: any): string, plan(target: any, baseRate: number): string, targetsTried(): number, free(): void }} WasmEvaluator
 * @typedef {import('../health.js').Health} Health
 * @typedef {(done: number, all: number) => void} OnProgress
 */

/** A reconstructed log. */
class OffPolicyEvaluator {
  /** @type {WasmEvaluator | undefined} */
  #evaluator;
  #health;

  /** @param {WasmEvaluator} evaluator @param {Health} health */
  constructor(evaluator, health) {
    this.#evaluator = evaluator;
    this.#health = health;
  }

  /** @template T @param {(evaluator: WasmEvaluator) => T} call @returns {T} */
  #call(call) {
    return this.#health.guard(() => {
      if (!this.#evaluator) throw new NextpickError('disposed', 'this evaluator was disposed of and answers no more');
      return call(this.#evaluator);
    });
  }

  /** @param {unknown} target */
  evaluate(target) {
    const given = encodeArgument(target ?? {}, 'target');
    return JSON.parse(this.#call((evaluator) => evaluator.evaluate(given)));
  }

  /** @param {unknown} target @param {unknown} options */
  plan(target, options) {
    const { baseRate = 0.03 } = checkFields(options, 'options', ['baseRate']);
    const given = encodeArgument(target ?? {}, 'target');
    return JSON.parse(this.#call((evaluator) => evaluator.plan(given, baseRate)));
  }

  get targetsTried() {
    return this.#call((evaluator) => evaluator.targetsTried());
  }

  dispose() {
    const evaluator = this.#evaluator;
    this.#evaluator = undefined;
    if (evaluator && this.#health.cause === undefined) this.#health.guard(() => evaluator.free());
  }
  [dispose]() {
    this.dispose();
  }
}

/**
 * Makes the functions of off-policy evaluation over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('../health.js').Health }>} study
 */
export function createOffPolicy(study) {
  return { evaluateOffPolicy, createOffPolicyEvaluator };

  /** @param {unknown} input @param {OnProgress} [onProgress] */
  async function evaluateOffPolicy(input, onProgress) {
    const { target } = checkFields(input, 'input', [...QUESTION, 'log', 'snapshot', 'target']);
    if (target === undefined || target === null) throw new NextpickError('missing', 'target: expected a policy, an objective, weights or a configuration to evaluate', { path: 'target' });
    const evaluator = await reconstruct(input, [...TARGET, 'model'], false, onProgress);
    try {
      // The rest of the target is in the reconstruction.
      return evaluator.evaluate({ policy: target.policy });
    } finally {
      evaluator.dispose();
    }
  }

  /** @param {unknown} input @param {OnProgress} [onProgress] */
  async function createOffPolicyEvaluator(input, onProgress) {
    return reconstruct(input, ['config', 'families', 'model'], true, onProgress);
  }

  /** Reads the log, and again for each pass. @param {unknown} input @param {string[]} targetFields @param {boolean} byKind @param {OnProgress} [onProgress] */
  async function reconstruct(input, targetFields, byKind, onProgress) {
    const { log, snapshot, target, ...question } = checkFields(input, 'input', [...QUESTION, 'log', 'snapshot', 'target']);
    const { model, ...rest } = checkFields(target, 'target', targetFields);
    checkFunction(onProgress, 'onProgress', 'a function');
    /** @param {unknown} given @param {string} path */
    const bytes = (given, path) => (given === undefined || given === null ? undefined : toBytes(given, path));
    const [encoded, other] = [encodeArgument(question, 'input'), encodeArgument(rest, 'target')];
    const [state, fitted] = [bytes(snapshot, 'snapshot'), bytes(model, 'target.model')];
    const module = await study();
    const { wasm, health } = module;
    const opened = opener(log);
    const open = () => withWholeRecords(opened(), module, state);
    let reader = health.guard(() => new wasm.OffPolicyReader(encoded, other, state, fitted, byKind));
    try {
      await eachPiece(open(), (piece, first) => health.guard(() => reader.collect(piece, first)));
      while (health.guard(() => reader.startPass())) {
        await eachPiece(open(), (piece, first) => {
          const goesOn = health.guard(() => reader.walk(piece, first));
          const [done, all] = reader.progress();
          onProgress?.(done, all);
          return goesOn;
        });
        health.guard(() => reader.endPass());
      }
      const whole = reader;
      // Its end frees it, also if it fails.
      reader = undefined;
      return new OffPolicyEvaluator(health.guard(() => whole.finish()), health);
    } finally {
      if (reader && health.cause === undefined) reader.free();
    }
  }
}

/**
 * Returns a function that opens an iteration over the log, which is read more than once.
 *
 * @param {unknown} log
 * @returns {() => Iterable<unknown> | AsyncIterable<unknown>}
 */
function opener(log) {
  if (Array.isArray(log)) return () => log;
  if (typeof log === 'function') {
    return () => {
      const opened = log();
      if (opened && typeof opened === 'object' && (Symbol.iterator in opened || Symbol.asyncIterator in opened)) return opened;
      throw NextpickError.invalid('log', 'a function that returns an iterable of changes', opened);
    };
  }
  throw NextpickError.invalid('log', 'a list of changes, or a function that opens an iteration over them, such as () => rec.history()', log);
}

/**
 * Calls `take` with chunks of a log and the number of entries before each, until it returns false.
 *
 * @param {Iterable<unknown> | AsyncIterable<unknown>} log
 * @param {(piece: any, first: number) => unknown} take
 */
async function eachPiece(log, take) {
  /** @type {unknown[]} */
  let piece = [];
  let first = 0;
  const flush = () => {
    const goesOn = take(encodeArgument(piece, 'log'), first);
    [first, piece] = [first + piece.length, []];
    return goesOn;
  };
  for await (const entry of log) {
    piece.push(entry);
    if (piece.length === PIECE && flush() === false) return;
  }
  if (piece.length) flush();
}
