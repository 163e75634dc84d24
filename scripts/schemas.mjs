/**
 * @file Writes `pkg/serve/schemas.json`: JSON schemas of the package's types, for the OpenAPI document.
 *
 *     node scripts/schemas.mjs           writes the file
 *     node scripts/schemas.mjs --check   fails if it differs from the types
 */

import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

import { VERBS } from '../pkg/serve/verbs.js';

const TYPES = new URL('../pkg/index.d.ts', import.meta.url);
const OUT = new URL('../pkg/serve/schemas.json', import.meta.url);
/** Keywords of TypeScript with the schemas of their values. */
const KEYWORDS = new Map([
  [ts.SyntaxKind.StringKeyword, { type: 'string' }],
  [ts.SyntaxKind.NumberKeyword, { type: 'number' }],
  [ts.SyntaxKind.BooleanKeyword, { type: 'boolean' }],
  [ts.SyntaxKind.UnknownKeyword, {}],
  [ts.SyntaxKind.UndefinedKeyword, { type: 'null' }],
]);

const source = ts.createSourceFile('index.d.ts', readFileSync(TYPES, 'utf8'), ts.ScriptTarget.Latest, true);
/** Declarations by name; interfaces may be declared in parts. */
const declarations = new Map();
for (const statement of source.statements) {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    declarations.set(statement.name.text, [...(declarations.get(statement.name.text) ?? []), statement]);
  }
}

const schemas = {};

/** Adds the schema of a declared type, and of the types that it names. */
function add(name) {
  if (schemas[name]) return;
  const parts = declarations.get(name);
  if (!parts) throw new Error(`pkg/index.d.ts declares no ${name}`);
  schemas[name] = {};
  const found = ts.isTypeAliasDeclaration(parts[0]) ? schemaOf(parts[0].type) : objectOf(parts.flatMap((part) => [...inherited(part), ...part.members]));
  schemas[name] = { ...describe(parts[0]), ...found };
}

function inherited(part) {
  const types = (part.heritageClauses ?? []).flatMap((clause) => clause.types);
  return types.flatMap((type) => (declarations.get(type.expression.getText()) ?? []).flatMap((base) => [...inherited(base), ...base.members]));
}

function objectOf(members) {
  const properties = {};
  const required = [];
  let additional = false;
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) additional = schemaOf(member.type);
    if (!ts.isPropertySignature(member)) continue;
    const name = member.name.text;
    properties[name] = { ...describe(member), ...schemaOf(member.type) };
    if (!member.questionToken) required.push(name);
  }
  return { type: 'object', properties, ...(required.length && { required }), additionalProperties: additional };
}

function describe(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comment && ts.getTextOfJSDocComment(comment.comment)?.replace(/\s+/g, ' ');
  return text ? { description: text } : {};
}

function schemaOf(type) {
  const keyword = KEYWORDS.get(type.kind);
  if (keyword) return { ...keyword };
  if (ts.isParenthesizedTypeNode(type)) return schemaOf(type.type);
  if (ts.isTypeOperatorNode(type)) return schemaOf(type.type);
  if (ts.isArrayTypeNode(type)) return { type: 'array', items: schemaOf(type.elementType) };
  if (ts.isTupleTypeNode(type)) return { type: 'array', prefixItems: type.elements.map(schemaOf), minItems: type.elements.length, maxItems: type.elements.length };
  if (ts.isLiteralTypeNode(type)) return literalOf(type.literal);
  if (ts.isTypeLiteralNode(type)) return objectOf(type.members);
  if (ts.isTemplateLiteralTypeNode(type)) return { type: 'string' };
  if (ts.isUnionTypeNode(type)) return unionOf(type.types);
  if (ts.isIntersectionTypeNode(type)) return intersectionOf(type.types);
  if (ts.isTypeReferenceNode(type)) return referenceOf(type);
  throw new Error(`no schema for ${type.getText()}`);
}

function literalOf(literal) {
  if (literal.kind === ts.SyntaxKind.NullKeyword) return { type: 'null' };
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return { const: true };
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return { const: false };
  return { const: ts.isNumericLiteral(literal) ? Number(literal.text) : literal.text };
}

function unionOf(types) {
  const all = types.map(schemaOf);
  if (all.some((one) => Object.keys(one).length === 0)) return {};
  if (all.every((one) => 'const' in one)) return { enum: all.map((one) => one.const) };
  // `'a' | (string & {})`: any text; some values are known.
  const texts = all.filter((one) => typeof one.const === 'string' || one.type === 'string');
  if (texts.length === all.length && all.some((one) => one.type === 'string' && !('const' in one))) {
    return { type: 'string', examples: texts.flatMap((one) => one.const ?? []) };
  }
  return { anyOf: all };
}

function intersectionOf(types) {
  // `string & {}` makes editors offer the known texts.
  const all = types.filter((type) => !(ts.isTypeLiteralNode(type) && type.members.length === 0)).map(schemaOf);
  return all.length === 1 ? all[0] : { allOf: all };
}

function referenceOf(type) {
  const name = type.typeName.getText();
  const [first, second] = type.typeArguments ?? [];
  if (name === 'Readonly' || name === 'Partial') return schemaOf(first);
  if (name === 'Record') return { type: 'object', additionalProperties: schemaOf(second) };
  if (name === 'ReadonlyArray' || name === 'Array') return { type: 'array', items: schemaOf(first) };
  if (name === 'Patch') return patchOf(first);
  if (name === 'Omit') return withoutFields(first, second);
  // A type parameter: the host's own data.
  if (!declarations.has(name)) return {};
  add(name);
  return { $ref: `#/components/schemas/${name}` };
}

/** Returns the schema of a patch: every field except the id may be absent or null. */
function patchOf(type) {
  const { properties } = objectOf((declarations.get(type.typeName.getText()) ?? []).flatMap((part) => [...part.members]));
  const nullable = Object.entries(properties).map(([name, { description, ...schema }]) => [name, { description, anyOf: [schema, { type: 'null' }] }]);
  return { type: 'object', properties: { ...Object.fromEntries(nullable), id: properties.id }, required: ['id'], additionalProperties: false };
}

function withoutFields(type, names) {
  const members = (declarations.get(type.typeName.getText()) ?? []).flatMap((part) => [...part.members]);
  const left = ts.isUnionTypeNode(names) ? names.types.map((one) => one.literal.text) : [names.literal.text];
  return objectOf(members.filter((member) => !left.includes(member.name?.text)));
}

const named = new Set(JSON.stringify(VERBS).match(/#\/components\/schemas\/\w+/g).map((ref) => ref.split('/').at(-1)));
for (const name of named) add(name);
const text = `${JSON.stringify(Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))), null, 1)}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(OUT, 'utf8') !== text) throw new Error('pkg/serve/schemas.json: expected the schemas of the types; run node scripts/schemas.mjs');
} else {
  writeFileSync(OUT, text);
}
