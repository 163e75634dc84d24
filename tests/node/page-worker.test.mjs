// The page's end of its worker: lanes of requests, cancellation, and a worker that breaks.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { WorkerClient, isCancelled, isSuperseded } from '../../www/src/engine/client.js';

/** A worker that answers when the test says so. */
class HeldWorker {
  posted = [];
  ended = false;
  postMessage(message) {
    this.posted.push(message);
  }
  terminate() {
    this.ended = true;
  }
  /** Answers the request at an index of those posted, the latest by default. */
  answer(message = {}, at = -1) {
    const { id, args } = this.posted.at(at);
    this.onmessage({ data: { id, answer: args, ...message } });
  }
}

let workers;
let client;
beforeEach(() => {
  workers = [];
  client = new WorkerClient(() => {
    workers.push(new HeldWorker());
    return workers.at(-1);
  });
});
const soon = () => new Promise((later) => setImmediate(later));
const asked = () => workers[0].posted.map(({ args }) => args);

test('of many requests of one key only the first and the latest are sent', async () => {
  const answers = [0, 1, 2, 3].map((n) => client.latest('decide', 'recommend', n).catch((error) => (isSuperseded(error) ? 'superseded' : error)));
  await soon();
  assert.deepEqual(asked(), [0]);
  workers[0].answer();
  await soon();
  assert.deepEqual(asked(), [0, 3]);
  workers[0].answer();
  assert.deepEqual(await Promise.all(answers), ['superseded', 'superseded', 'superseded', 3]);
});

test('another key has a lane of its own, and a request that failed does not hold up the next', async () => {
  const first = client.latest('decide', 'recommend', 'a');
  const search = client.latest('search', 'find', 'b');
  await soon();
  assert.deepEqual(asked(), ['a', 'b']);
  workers[0].answer({ answer: undefined, error: { message: 'no', code: 'limit' } }, 0);
  await assert.rejects(first, { code: 'limit' });
  workers[0].answer({}, 1);
  assert.equal(await search, 'b');
  const next = client.latest('decide', 'recommend', 'c');
  await soon();
  workers[0].answer();
  assert.equal(await next, 'c');
});

test('changes are sent one after the other, also after one that failed', async () => {
  const changes = ['a', 'b'].map((args) => client.ordered('put', args).catch(({ code }) => code));
  await soon();
  assert.deepEqual(asked(), ['a']);
  workers[0].answer({ answer: undefined, error: { message: 'no', code: 'invalid' } });
  await soon();
  assert.deepEqual(asked(), ['a', 'b']);
  workers[0].answer();
  assert.deepEqual(await Promise.all(changes), ['invalid', 'b']);
});

test('a job reports its progress and tells the worker when it is cancelled', async () => {
  const seen = [];
  const control = new AbortController();
  const job = client.job('plan', 'week', { signal: control.signal, onProgress: (progress) => seen.push(progress) });
  workers[0].onmessage({ data: { id: workers[0].posted[0].id, progress: { done: 1, total: 2 } } });
  control.abort();
  assert.deepEqual(workers[0].posted.at(-1), { cancel: workers[0].posted[0].id });
  workers[0].answer({ answer: undefined, error: { message: 'cancelled', code: 'cancelled' } }, 0);
  await assert.rejects(job, isCancelled);
  assert.deepEqual(seen, [{ done: 1, total: 2 }]);
  await assert.rejects(client.job('plan', 'week', { signal: control.signal }), isCancelled, 'cancelled before it began');
});

test('a worker that breaks rejects all its requests, and the next request starts another', async () => {
  let broken = 0;
  client.onBroken = () => (broken += 1);
  const requests = [client.job('load', 1), client.job('load', 2)].map((one) => one.catch(({ code }) => code));
  workers[0].answer({ answer: undefined, error: { message: 'memory', code: 'broken' } });
  assert.deepEqual(await Promise.all(requests), ['broken', 'broken']);
  assert.deepEqual([broken, workers[0].ended], [1, true]);
  const again = client.job('load', 3);
  workers[1].answer();
  assert.equal(await again, 3);
});
