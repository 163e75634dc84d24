/** @file Steps by the time at which they are decided, each step of an entry once. */

/** @typedef {import('../index.js').DueStep & { isCapped?: boolean }} PlannedStep */

export class Agenda {
  /** @type {Map<number, PlannedStep[]>} */
  #steps = new Map();
  /** Times that have steps, latest first. @type {number[]} */
  #times = [];
  #known = new Set();

  /** Adds a step, unless this step of its entry was added before. @param {number} at @param {PlannedStep} step */
  add(at, step) {
    const { journey, step: id, enteredAt, reference, user, group } = step;
    const key = JSON.stringify([journey, id, enteredAt, reference, user, group]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.postpone(at, step);
  }

  /** Adds a step again. @param {number} at @param {PlannedStep} step */
  postpone(at, step) {
    const steps = this.#steps.get(at);
    if (steps) return void steps.push(step);
    this.#steps.set(at, [step]);
    this.#times.splice(this.#positionOf(at), 0, at);
  }

  /** Takes out the earliest steps before `end`. @param {number} end */
  take(end) {
    const at = this.#times.at(-1);
    if (at === undefined || at >= end) return undefined;
    this.#times.pop();
    const steps = this.#steps.get(at) ?? [];
    this.#steps.delete(at);
    return { at, steps };
  }

  /** The position of a time in the list, by binary search. @param {number} at */
  #positionOf(at) {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle] > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
