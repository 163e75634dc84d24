// The page's end of its worker: of many questions asked at once only the latest is computed.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Engine } from '../../www/src/engine/engine.js';

/** A worker that answers when it is told to. */
class Held {
  posted = [];
  postMessage(message) {
    this.posted.push(message);
  }
  terminate() {}
  /** Answers the question that was posted last, or fails. */
  answer(message = {}) {
    this.onmessage({ data: { id: this.posted.at(-1).id, answer: { of: this.posted.at(-1).given.request }, ...message } });
  }
}

let worker;
beforeEach(() => {
  globalThis.Worker = class extends Held {
    constructor() {
      super();
      worker = this;
    }
  };
});
const soon = () => new Promise((later) => setImmediate(later));
const asked = () => worker.posted.map(({ given }) => given.request.count);

test('while one decision is made only the latest question waits', async () => {
  const engine = new Engine();
  const answers = Array.from({ length: 12 }, (_, count) => engine.recommend({ count }));
  await soon();
  assert.deepEqual(asked(), [11], 'questions of the same moment');
  const later = [12, 13, 14].map((count) => engine.recommend({ count }));
  await soon();
  assert.deepEqual(asked(), [11]);
  worker.answer();
  await soon();
  assert.deepEqual(asked(), [11, 14]);
  worker.answer();
  assert.deepEqual(await Promise.all(answers), [...Array(11).fill(undefined), { of: { count: 11 } }]);
  assert.deepEqual(await Promise.all(later), [undefined, undefined, { of: { count: 14 } }]);
  const alone = engine.recommend({ count: 1 });
  await soon();
  worker.answer();
  assert.deepEqual(await alone, { of: { count: 1 } });
});

test('a question that failed does not keep the next from being asked', async () => {
  const engine = new Engine();
  const first = engine.recommend({ count: 1 });
  await soon();
  const second = engine.recommend({ count: 2 });
  worker.answer({ answer: undefined, error: { message: 'no', code: 'limit' } });
  await assert.rejects(first, { code: 'limit' });
  await soon();
  worker.answer();
  assert.deepEqual(await second, { of: { count: 2 } });
});
