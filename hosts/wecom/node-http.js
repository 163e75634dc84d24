/** @file Handlers of `Request` under `node:http`, and under the frameworks whose objects derive from it. */

/**
 * Makes a listener for `node:http`.
 * @param {(request: Request) => Promise<Response>} handler
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<void>}
 */
export function nodeListener(handler) {
  return async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
    // Only path and query are used. The host that a client names is not to be trusted.
    /** @type {[string, string][]} */
    const list = entries.map(([name, value]) => [name, String(value)]);
    const body = /** @type {any} */ (hasBody ? { body: incoming, duplex: 'half' } : {});
    const request = new Request(new URL(url.replace(/^\/*/, '/'), 'http://host.invalid'), { method, headers: list, ...body });
    try {
      const response = await handler(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch {
      outgoing.writeHead(500).end();
    }
  };
}
