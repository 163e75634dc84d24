/** @file Counted links: a handler that records the opening and redirects. */

/**
 * Makes a listener for `node:http`: `GET /…<token>…?group=g1` (or `?user=u1`) is recorded as a `click` (or the kind
 * configured) if the token was signed for that group or user, and redirected to the item. A sent item counts as opened
 * once, however often the link is followed. A token not signed for the place redirects without counting. HEAD requests
 * and previews do not count.
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
      const item = await talk.onLink({ link: pathname, group, user, at: now() });
      if (item) return end(302, { location: to(item) });
      return end(404, { 'content-type': 'text/plain; charset=utf-8' }, talk.words(request.headers['accept-language']).badLink);
    } catch (error) {
      talk.options.log({ event: 'failed', error: error instanceof Error ? error.message : String(error) });
      return end(500);
    }
  };
}
