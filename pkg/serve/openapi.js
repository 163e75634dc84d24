/** @file The OpenAPI 3.1 document, from the verbs and the schemas of the package's types. */

import { readFileSync } from 'node:fs';

import { VERBS } from './verbs.js';

const SCHEMAS = 'schemas.json';

/** Returns the OpenAPI document. */
export function openApi() {
  const schemas = JSON.parse(readFileSync(new URL(SCHEMAS, import.meta.url), 'utf8'));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  /** @type {Record<string, Record<string, object>>} */
  const paths = {};
  for (const verb of VERBS) paths[verb.path] = { ...paths[verb.path], [verb.method.toLowerCase()]: operationOf(verb) };
  return {
    openapi: '3.1.0',
    info: { title: 'nextpick', version, description: 'Picks the next piece of content for a user or a group, and explains why.' },
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, schemas: { ...schemas, Error: ERROR } },
  };
}

const ERROR = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: { code: { type: 'string' }, path: { type: 'string' }, rule: { type: 'string' }, value: { type: 'string' }, message: { type: 'string' } },
      required: ['code', 'message'],
    },
  },
  required: ['error'],
};

/** @param {import('./verbs.js').Verb} verb */
function operationOf({ path, method, summary, body, query = {}, answer }) {
  /** @param {object} schema */
  const content = (schema) => ({ 'application/json': { schema } });
  /** @param {string} description */
  const refused = (description) => ({ description, content: content({ $ref: '#/components/schemas/Error' }) });
  return {
    operationId: `${method === 'GET' ? 'get' : ''}${path.replace(/[/-](.)/g, (_, letter) => letter.toUpperCase())}`.replace(/^./, (letter) => letter.toLowerCase()),
    summary,
    ...(Object.keys(query).length && {
      parameters: Object.entries(query).map(([name, { schema, about, required = false }]) => ({ name, in: 'query', description: about, required, schema })),
    }),
    ...(body && { requestBody: { required: true, content: content(body) } }),
    responses: {
      200: { description: 'The answer', content: content(answer) },
      400: refused('The request breaks a rule; `error` names it'),
      401: refused('The bearer token is missing or wrong'),
      ...(body && { 413: refused('The body is too large'), 415: refused('The body is not application/json') }),
      503: refused('The server is closing, or its folder cannot be written'),
    },
  };
}
