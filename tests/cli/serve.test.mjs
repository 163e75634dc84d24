// `nextpick serve`: its OpenAPI document, refusals, generated requests, and stopping under load.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { openRecommender } from '../../pkg/store/node.js';
import { file, folder, run, start } from './run.mjs';

const NOW = 1_774_915_200_000;
const TOKEN = 'a-token-for-the-tests';
const tokenFile = file('token.txt', `${TOKEN}\n`);
const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a server on a free port. */
async function serve(state, more = []) {
  const child = start(['serve', '--state', join(folder, state), ...(more.includes('--port') ? [] : ['--port', '0']), '--token-file', tokenFile, ...more]);
  running.add(child);
  child.once('exit', () => running.delete(child));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), once(child, 'exit').then(() => [`ended: ${err}`])]);
  const url = line.trim();
  const call = async (path, body, { token = TOKEN, headers = {}, ...options } = {}) => {
    const all = { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
    const response = await fetch(url + path, { method: body === undefined ? 'GET' : 'POST', headers: all, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }), ...options });
    const text = await response.text();
    return { status: response.status, body: response.headers.get('content-type').includes('json') ? JSON.parse(text) : text };
  };
  const stop = async (signal = 'SIGTERM') => {
    const ended = once(child, 'exit');
    child.kill(signal);
    return (await ended)[0];
  };
  return { url, call, stop, stderr: () => err };
}

test('a decision is requested, accepted and known after a restart', async () => {
  let server = await serve('round');
  const { call } = server;
  assert.deepEqual((await call('/items', [{ id: 'a', tags: ['tea'] }, { id: 'b' }])).body, { put: 2, termsLeftOut: 0 });
  assert.deepEqual((await call('/observe', [{ user: 'u', item: 'b', kind: 'click', at: NOW - 5 }])).body, { observed: 1, duplicates: 0, ahead: 0 });
  const { body: decision } = await call('/recommend?explain=true', { user: 'u', now: NOW });
  assert.deepEqual([decision.picks[0].item, decision.refused], ['a', [{ item: 'b', rule: 'seen' }]]);
  assert.deepEqual((await call(`/accept?now=${NOW}`, decision)).body, { accepted: true });
  assert.match((await call('/metrics')).body, /nextpick_requests_total\{verb="accept",status="200"\} 1/);
  assert.equal(await server.stop(), 0);
  server = await serve('round');
  assert.equal((await server.call('/decision', { id: decision.id })).body.id, decision.id);
  assert.deepEqual((({ items, users }) => [items, users])((await server.call('/stats')).body), [2, 1]);
  assert.equal(await server.stop('SIGINT'), 0);
});

test('an invalid request gives its error and no other detail', async () => {
  const { call, stop } = await serve('refusals', ['--max-body', '1']);
  const refused = async (status, code, path, ...request) => {
    const answer = await call(...request);
    assert.deepEqual([answer.status, answer.body.error.code, answer.body.error.path], [status, code, path], JSON.stringify(request).slice(0, 200));
  };
  await refused(401, 'unauthorized', 'authorization', '/stats', undefined, { token: '' });
  await refused(401, 'unauthorized', 'authorization', '/recommend', {}, { token: 'another-token-of-it' });
  await refused(404, 'not-found', 'path', '/nothing', {});
  await refused(405, 'method', 'method', '/recommend');
  await refused(415, 'media-type', 'body', '/recommend', '{}', { headers: { 'content-type': 'text/plain' } });
  await refused(400, 'invalid', 'body', '/recommend', '{"user":');
  await refused(400, 'missing', 'request.now', '/recommend', { user: 'u' });
  await refused(400, 'invalid', 'query.explain', '/recommend?explain=yes', { user: 'u', now: NOW });
  await refused(400, 'invalid', 'query.sort', '/recommend?sort=1', { user: 'u', now: NOW });
  await refused(400, 'invalid', 'body.id', '/decision', {});
  await refused(400, 'invalid', 'body.name', '/decision', { id: 'd', name: 'x' });
  await refused(413, 'too-large', 'body', '/items', [{ id: 'a', title: 'x'.repeat(2 ** 20) }]);
  assert.deepEqual((await call('/health', undefined, { token: '' })).body, { status: 'ok' });
  assert.equal(await stop(), 0);
});

test('an address that other machines can reach needs a token', async () => {
  const open = await run(['serve', '--state', join(folder, 'open'), '--host', '0.0.0.0']);
  assert.deepEqual([open.status, /expected --token-file/.test(open.err)], [2, true]);
  const short = await run(['serve', '--state', join(folder, 'open'), '--token-file', file('short.txt', 'abc')]);
  assert.deepEqual([short.status, /at least 16 characters/.test(short.err)], [2, true]);
});

/** Generates values from a schema, and sometimes invalid ones. */
function generator(document, seed) {
  let state = seed;
  const random = (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
  const odd = [null, true, -1, 1e308, '', 'x', '\u0000', [], {}, [[]], '\ud800', 9_007_199_254_740_993, { id: {} }];
  const make = (schema, depth = 0) => {
    if (random(12) === 0) return odd[random(odd.length)];
    if (schema.$ref) return make(document.components.schemas[schema.$ref.split('/').at(-1)], depth);
    if (schema.enum) return schema.enum[random(schema.enum.length)];
    if ('const' in schema) return schema.const;
    if (schema.anyOf) return make(schema.anyOf[random(schema.anyOf.length)], depth);
    switch (schema.type) {
      case 'string':
        return ['a', 'b', 'u', 'g', 'click', '茶', '08:00'][random(7)];
      case 'number':
      case 'integer':
        return [0, 1, 0.5, NOW, NOW + 5, -3][random(6)];
      case 'boolean':
        return random(2) === 0;
      case 'null':
        return null;
      case 'array':
        return Array.from({ length: random(3) }, () => make(schema.items ?? {}, depth + 1));
      case 'object': {
        const names = Object.keys(schema.properties ?? {}).filter((name) => schema.required?.includes(name) || (depth < 4 && random(3) === 0));
        return Object.fromEntries(names.map((name) => [name, make(schema.properties[name], depth + 1)]));
      }
      default:
        return odd[random(odd.length)];
    }
  };
  return make;
}

test('requests generated from the document cause no error of the server', async () => {
  const { call, stop, stderr } = await serve('generated');
  const { body: document } = await call('/openapi.json');
  const make = generator(document, 7);
  const statuses = {};
  const posts = Object.entries(document.paths).filter(([, verbs]) => verbs.post);
  for (let n = 0; n < 1200; n += 1) {
    const [path, { post }] = posts[n % posts.length];
    const { status, body } = await call(path, JSON.stringify(make(post.requestBody.content['application/json'].schema) ?? null));
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== 200) assert.ok(typeof body.error.code === 'string' && body.error.message.length > 0, path);
  }
  assert.deepEqual(Object.keys(statuses), ['200', '400'], stderr());
  assert.ok(statuses[200] > 200 && statuses[400] > 200, JSON.stringify(statuses));
  assert.equal(await stop(), 0);
});

test('a server that is ended under load loses no acknowledged change', async () => {
  const { call, stop } = await serve('load');
  await call('/items', [{ id: 'a' }]);
  let acknowledged = 0;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let n = 0; n < 5000; n += 1) {
      const answer = await call('/observe', [{ id: `${client}-${n}`, user: `u${client}`, item: 'a', kind: 'click', at: NOW + n }]).catch(() => undefined);
      if (answer?.status !== 200) return;
      acknowledged += 1;
    }
  });
  while (acknowledged < 100) await new Promise(setImmediate);
  assert.equal(await stop(), 0);
  await Promise.all(clients);
  const rec = await openRecommender(join(folder, 'load'));
  const { length: kept } = await rec.interactions();
  assert.ok(kept >= acknowledged && acknowledged >= 100, `${kept} of ${acknowledged}`);
  await rec.close();
});

test('a server that is restarted twice under load applies every change once: clients repeat requests until they are answered', async () => {
  let server = await serve('midway');
  const { port } = new URL(server.url);
  const { call } = server;
  await call('/items', [{ id: 'a' }]);
  const [CLIENTS, EACH] = [4, 60];
  let acknowledged = 0;
  let again = 0;
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let n = 0; n < EACH; n += 1) {
      for (;;) {
        const answer = await call('/observe', [{ id: `${client}-${n}`, user: `u${client}`, item: 'a', kind: 'click', at: NOW + n }]).catch(() => undefined);
        if (answer?.status === 200) break;
        again += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      acknowledged += 1;
    }
  });
  for (const [least, signal, code] of /** @type {const} */ ([[40, 'SIGTERM', 0], [120, 'SIGKILL', null]])) {
    while (acknowledged < least) await new Promise(setImmediate);
    assert.equal(await server.stop(signal), code);
    server = await serve('midway', ['--port', port]);
  }
  await Promise.all(clients);
  assert.ok(again > 0, 'requests failed during the stop');
  assert.equal(await server.stop(), 0);
  const rec = await openRecommender(join(folder, 'midway'));
  const ids = (await rec.interactions()).map(({ id }) => id);
  assert.deepEqual([ids.length, new Set(ids).size], [CLIENTS * EACH, CLIENTS * EACH]);
  await rec.close();
});

const EXAMPLES = fileURLToPath(new URL('../../examples/http/', import.meta.url));
for (const [command, name] of [['python3', 'client.py'], ['php', 'client.php']]) {
  const isThere = spawnSync(command, ['--version']).status === 0;
  test(`the example ${name} runs`, { skip: !isThere && `${command} is not installed` }, async () => {
    const { url, stop } = await serve(`example-${command}`);
    const { stdout } = await promisify(execFile)(command, [join(EXAMPLES, name), url, tokenFile]);
    assert.match(stdout, /^send a1 to u1\n$/);
    assert.equal(await stop(), 0);
  });
}

test('the committed schemas are those generated from the types', async () => {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL('../../scripts/schemas.mjs', import.meta.url)), '--check']);
  assert.ok(readFileSync(new URL('../../pkg/serve/schemas.json', import.meta.url), 'utf8').includes('"RecommendRequest"'));
});
