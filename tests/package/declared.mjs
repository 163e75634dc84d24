// Compares returned values and exports of modules with the hand-written declarations.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The compiler, from the workspace or from a folder named by the environment. */
export const ts = (() => {
  for (const from of [process.env.NEXTPICK_TSC, root].filter(Boolean)) {
    try {
      return createRequire(join(from, 'x.js'))('typescript');
    } catch {
      // Not installed here.
    }
  }
  return undefined;
})();

/** Declarations, with methods that compare values with them. */
export class Declarations {
  #checker;
  #program;
  /** Declared fields that a value had, such as `Stats.repeated`. */
  seen = new Set();
  /** Types compared with values, by name. */
  #met = new Map();

  /** @param {string[]} files Declaration files, by path from the root. */
  constructor(files) {
    const { NodeNext: module } = ts.ModuleKind;
    const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module, moduleResolution: ts.ModuleResolutionKind.NodeNext, lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [] };
    this.#program = ts.createProgram(files.map((file) => join(root, file)), options);
    this.#checker = this.#program.getTypeChecker();
  }

  #exportsOf(file) {
    const source = this.#program.getSourceFile(join(root, file));
    const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol);
    return new Map(this.#checker.getExportsOfModule(this.#checker.getSymbolAtLocation(source)).map((symbol) => [symbol.name, resolved(symbol)]));
  }

  /** Returns the names of declared functions, classes and constants of a file. */
  values(file) {
    return [...this.#exportsOf(file)].filter(([, symbol]) => symbol.flags & ts.SymbolFlags.Value).map(([name]) => name).sort();
  }

  /** Returns the declared members of a class or interface. */
  members(file, name) {
    const type = this.#checker.getDeclaredTypeOfSymbol(this.#exportsOf(file).get(name));
    return this.#checker.getPropertiesOfType(type).map((property) => property.name);
  }

  /** Returns the differences between a value and a declared type of a file, each with its path. */
  mismatches(value, file, name) {
    const symbol = this.#exportsOf(file).get(name);
    if (!symbol) throw new Error(`${file} declares no ${name}`);
    return this.#of(value, this.#checker.getDeclaredTypeOfSymbol(symbol), name);
  }

  /** Returns the optional fields of all compared types that no value had. */
  neverSeen() {
    const optional = [...this.#met].flatMap(([name, type]) => this.#checker.getPropertiesOfType(type)
      .filter((property) => property.flags & ts.SymbolFlags.Optional).map((property) => `${name}.${property.name}`));
    return optional.filter((field) => !this.seen.has(field)).sort();
  }

  #of(value, type, path) {
    const { TypeFlags: flags } = ts;
    if (type.flags & (flags.Any | flags.Unknown | flags.TypeParameter)) return [];
    if (type.isUnion()) return this.#ofAny(value, type.types, path);
    const wrong = (expected) => [`${path}: declared ${expected}, got ${Array.isArray(value) ? 'a list' : JSON.stringify(value) ?? typeof value}`];
    if (type.isStringLiteral() || type.isNumberLiteral()) return value === type.value ? [] : wrong(JSON.stringify(type.value));
    for (const [flag, sort] of [[flags.StringLike, 'string'], [flags.NumberLike, 'number'], [flags.Undefined | flags.Void, 'undefined']]) {
      if (type.flags & flag) return typeof value === sort ? [] : wrong(sort);
    }
    if (type.flags & flags.Null) return value === null ? [] : wrong('null');
    if (type.flags & flags.BooleanLiteral) return String(value) === type.intrinsicName ? [] : wrong(type.intrinsicName);
    // `string & {}`: any other string.
    if (type.isIntersection() && type.types.some((part) => part.flags & flags.String)) return typeof value === 'string' ? [] : wrong('string');
    if (value === null || typeof value !== 'object') return wrong(this.#checker.typeToString(type));
    if (this.#checker.isTupleType(type)) return this.#checker.getTypeArguments(type).flatMap((of, i) => this.#of(value[i], of, `${path}[${i}]`));
    if (this.#checker.isArrayType(type)) {
      if (!Array.isArray(value)) return wrong('a list');
      return value.flatMap((one, i) => this.#of(one, this.#checker.getTypeArguments(type)[0], `${path}[${i}]`));
    }
    if (ArrayBuffer.isView(value)) return value.constructor.name === type.symbol.name || type.symbol.name === 'ArrayBufferView' ? [] : wrong(type.symbol.name);
    if (Array.isArray(value)) return wrong(this.#checker.typeToString(type));
    return this.#ofObject(value, type, path);
  }

  #ofObject(value, type, path) {
    const name = (type.aliasSymbol ?? type.symbol)?.name ?? '';
    const isNamed = name !== '' && !name.startsWith('__');
    if (isNamed) this.#met.set(name, type);
    const properties = new Map(this.#checker.getPropertiesOfType(type).map((property) => [property.name, property]));
    const others = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const found = Object.entries(value).filter(([, inner]) => inner !== undefined).flatMap(([key, inner]) => {
      const property = properties.get(key);
      if (!property && !others) return [`${path}.${key} is not declared in ${name || 'its type'}`];
      if (isNamed) this.seen.add(`${name}.${key}`);
      return this.#of(inner, property ? this.#checker.getTypeOfSymbol(property) : others, `${path}.${key}`);
    });
    const missing = [...properties.values()].filter((property) => !(property.flags & ts.SymbolFlags.Optional) && value[property.name] === undefined);
    return [...found, ...missing.map((property) => `${path}.${property.name} is declared in ${name || 'its type'} and not there`)];
  }

  /** Returns the matching type of a union, or the closest. */
  #ofAny(value, types, path) {
    const before = new Set(this.seen);
    let best;
    for (const type of types) {
      this.seen = new Set(before);
      const wrong = this.#of(value, type, path);
      if (!wrong.length) return [];
      if (!best || wrong.length < best.length) best = wrong;
    }
    this.seen = before;
    return best;
  }
}
