/** @file `nextpick serve`: the recommender over HTTP, for hosts that do not run JavaScript. */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { startServer } from '../serve/server.js';
import { openRecommender } from '../store/node.js';
import { readConfig } from './load.js';
import { UsageError } from './options.js';
import { printNotes } from './progress.js';
import { langOf, outputOptions, write } from './subject.js';

const MEGABYTE = 1 << 20;
/** Minimum length of a token in characters: a shorter one could be guessed. */
const SHORTEST_TOKEN = 16;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** @type {import('./options.js').Command} */
export const serve = {
  name: 'serve',
  summary: 'Answers over HTTP from a folder: JSON, with a token, for hosts in any language',
  about:
    'GET /openapi.json describes every path. Requests carry Authorization: Bearer TOKEN. Changes are on disk before they are acknowledged. ' +
    'SIGTERM and SIGINT end it after the open requests.',
  options: {
    state: { type: 'text', value: 'FOLDER', required: true, about: 'the folder that openRecommender takes; made if there is none' },
    config: { type: 'text', value: 'FILE', about: 'configuration (JSON)' },
    host: { type: 'text', value: 'ADDRESS', otherwise: '127.0.0.1', about: 'address to listen on; others than loopback need --token-file' },
    port: { type: 'whole', value: 'N', least: 0, most: 65_535, otherwise: 8737, about: 'port; 0 takes a free one' },
    'token-file': { type: 'text', value: 'FILE', about: 'file with the token, at least 16 characters; default: a new one, printed on stderr' },
    'max-body': { type: 'whole', value: 'MB', least: 1, most: 512, otherwise: 16, about: 'largest body in megabytes' },
    lang: outputOptions.lang,
  },
  examples: [
    ['nextpick serve --state ./state --token-file token.txt', 'on http://127.0.0.1:8737'],
    ['curl -H "Authorization: Bearer $(cat token.txt)" -H "Content-Type: application/json" -d \'{"user":"u1","now":1774915200000}\' localhost:8737/recommend', 'a decision'],
  ],

  async run(options) {
    const token = await tokenOf(options);
    const config = options.config && (await readConfig(options.config));
    const rec = await openRecommender(options.state, { ...(config && { config }), clock: Date.now });
    let end = () => {};
    const ended = new Promise((resolve) => {
      end = () => resolve(undefined);
    });
    const onFatal = () => {
      process.exitCode = 1;
      end();
    };
    /** @param {any} error */
    const onError = (error) => printNotes(`a defect, please report it: ${error?.stack ?? error}`);
    const { host, port, maxBody } = options;
    try {
      const server = await startServer(rec, { host, port, token, maxBodyBytes: maxBody * MEGABYTE, onError, onFatal });
      for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, end);
      await write(`${server.url}\n`);
      await ended;
      printNotes(langOf(options) === 'zh' ? '正在结束：等待未完成的请求' : 'closing: waiting for open requests');
      await server.close();
    } finally {
      await rec.close();
    }
  },
};

/** Returns the token of the file, or a new one. */
async function tokenOf(/** @type {any} */ { tokenFile, host, lang }) {
  if (tokenFile === undefined) {
    if (!LOOPBACK.includes(host)) throw new UsageError(`--host ${host}: expected --token-file FILE with an address that others can reach`);
    const token = randomBytes(24).toString('base64url');
    printNotes(langOf({ lang }) === 'zh' ? `令牌（本次运行有效）：${token}` : `token (for this run): ${token}`);
    return token;
  }
  const token = (await readFile(tokenFile, 'utf8')).trim();
  if (token.length < SHORTEST_TOKEN || /\s/.test(token)) throw new UsageError(`--token-file: expected one token of at least ${SHORTEST_TOKEN} characters without spaces in ${tokenFile}`);
  return token;
}
