// Client of the page's worker: queues of requests, cancellation, and a failing worker.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { WorkerClient, isCancelled, isSuperseded } from '../../www/src/engine/client.js';

/** Mock of a worker that answers on demand. */
class MockWorker {
  posted = [];
  ended = false;
  postMessage(message) {
    this.posted.push(message);
  }
  terminate() {
    this.ended = true;
  }
  /** Answers the posted request at an index, by default the latest. */
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
    workers.push(new MockWorker());
    return workers.at(-1);
  });
});
const soon = () => new Promise((later) => setImmediate(later));
const asked = () => workers[0].posted.map(({ args }) => args);

test('only the first and the latest of many requests with one key are sent', async () => {
  const answers = [0, 1, 2, 3].map((n) => client.latest('decide', 'recommend', n).catch((error) => (isSuperseded(error) ? 'superseded' : error)));
  await soon();
  assert.deepEqual(asked(), [0]);
  workers[0].answer();
  await soon();
  assert.deepEqual(asked(), [0, 3]);
  workers[0].answer();
  assert.deepEqual(await Promise.all(answers), ['superseded', 'superseded', 'superseded', 3]);
});

test('each key has a separate queue, and a failed request does not delay the next', async () => {
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

test('changes are sent one after the other, also after a failed one', async () => {
  const changes = ['a', 'b'].map((args) => client.ordered('put', args).catch(({ code }) => code));
  await soon();
  assert.deepEqual(asked(), ['a']);
  workers[0].answer({ answer: undefined, error: { message: 'no', code: 'invalid' } });
  await soon();
  assert.deepEqual(asked(), ['a', 'b']);
  workers[0].answer();
  assert.deepEqual(await Promise.all(changes), ['invalid', 'b']);
});

test('a job reports progress, and cancelling it notifies the worker', async () => {
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

test('a failing worker rejects all its requests, and the next request starts another', async () => {
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
