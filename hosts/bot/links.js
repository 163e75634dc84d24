/** @file Links that are counted: a page that remembers that it was opened and leads on. */

/**
 * A listener for `node:http`: `GET /…<token>…?group=g1` (or `?user=u1`) is remembered as a `click` (the rules say which kind), if the piece
 * was sent there, and led on to the piece. Every opening counts: what came through a link bears no message id. HEAD, and what looks ahead
 * for a preview, does not.
 *
 * @param {import('./index.js').Talk} talk
 * @param {{ to: (item: object) => string, now?: () => number }} options
 */
export function countedLinks(talk, { to, now = Date.now }) {
  return async (request, response) => {
    const end = (status, headers = {}) => response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end();
    try {
      const ahead = /prefetch|preview/i.test(`${request.headers.purpose} ${request.headers['sec-purpose']}`);
      if (request.method !== 'GET' || ahead) return end(request.method === 'HEAD' || ahead ? 204 : 405);
      const { pathname, searchParams } = new URL(request.url, 'http://links.invalid');
      const group = searchParams.get('group') || undefined;
      const user = searchParams.get('user') || undefined;
      const item = await talk.open({ link: pathname, group, user, at: now() });
      return item ? end(302, { location: to(item) }) : end(404);
    } catch (error) {
      talk.options.log({ event: 'failed', error: error instanceof Error ? error.message : String(error) });
      return end(500);
    }
  };
}
