/** @file Links that are counted: a page that remembers that it was opened and leads on. */

/**
 * A listener for `node:http`: `GET /…<token>…?group=g1` (or `?user=u1`) is remembered as a `click` (the rules say which kind), if the token was
 * signed for that group or user, and led on to the piece. A piece that was sent is opened once in the name of those it was sent to, however often
 * the link is followed. What was not signed for whom it names leads on and counts for nobody. HEAD, and what looks ahead for a preview, does not
 * count.
 *
 * @param {import('./index.js').Talk} talk
 * @param {{ to: (item: object) => string, now?: () => number }} options
 */
export function countedLinks(talk, { to, now = Date.now }) {
  return async (request, response) => {
    const end = (status, headers = {}, text) => response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end(text);
    try {
      const ahead = /prefetch|preview/i.test(`${request.headers.purpose} ${request.headers['sec-purpose']}`);
      if (request.method !== 'GET' || ahead) return end(request.method === 'HEAD' || ahead ? 204 : 405);
      const { pathname, searchParams } = new URL(request.url, 'http://links.invalid');
      const group = searchParams.get('group') || undefined;
      const user = searchParams.get('user') || undefined;
      const item = await talk.open({ link: pathname, group, user, at: now() });
      if (item) return end(302, { location: to(item) });
      return end(404, { 'content-type': 'text/plain; charset=utf-8' }, talk.words(request.headers['accept-language']).badLink);
    } catch (error) {
      talk.options.log({ event: 'failed', error: error instanceof Error ? error.message : String(error) });
      return end(500);
    }
  };
}
