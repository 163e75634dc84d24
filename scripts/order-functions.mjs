// Names the functions of a module in an order that gzip compresses well; wasm-opt's --reorder-functions-by-name applies it.
//   node scripts/order-functions.mjs IN.wasm OUT.wasm
//
// Each function is followed by the remaining one that shares most with the last few, relative to its length, counted in
// runs of bytes. gzip looks back 32 KB, some hundred functions.
import { readFileSync, writeFileSync } from 'node:fs';
import { functions, number } from './wasm-code.mjs';

const RUN = 6;
const LAST = 30;
/** Maximum number of functions that contain an informative run. */
const COMMON = 200;
/** Maximum number of runs at which a common run is random. */
const SHORT = 20;

const [from, to] = process.argv.slice(2);
const module = readFileSync(from);
const imports = WebAssembly.Module.imports(new WebAssembly.Module(module)).filter(({ kind }) => kind === 'function').length;
const order = [...ordered(functions(module))];
const names = order.map((body, place) => [imports + body, String(place).padStart(6, '0')]);
writeFileSync(to, Buffer.concat([module, nameSection(names.sort(([a], [b]) => a - b))]));

/** Returns the numbers of the functions, in order. */
function* ordered(bodies) {
  const runs = bodies.map((body) => {
    const of = new Set();
    for (let i = 0; i + RUN <= body.length; i++) of.add(body.toString('latin1', i, i + RUN));
    return of;
  });
  const having = new Map();
  runs.forEach((of, body) => of.forEach((run) => (having.get(run) ?? having.set(run, []).get(run)).push(body)));
  // Counts of each run in the last few functions, and of the runs that each function shares with them.
  const standing = new Map();
  const shared = new Uint32Array(bodies.length);
  const shift = (body, by) => {
    for (const run of runs[body]) {
      const before = standing.get(run) ?? 0;
      standing.set(run, before + by);
      const others = having.get(run);
      if ((before === 0 || before + by === 0) && others.length <= COMMON) others.forEach((other) => (shared[other] += by));
    }
  };
  const left = new Set(bodies.keys());
  const last = [];
  while (left.size) {
    let [next, most] = [undefined, -1];
    for (const body of left) {
      const likeness = shared[body] / (runs[body].size + SHORT);
      if (likeness > most) [next, most] = [body, likeness];
    }
    yield next;
    left.delete(next);
    last.push(next);
    shift(next, 1);
    if (last.length > LAST) shift(last.shift(), -1);
  }
}

/** Makes a custom section that names functions, by ascending number. */
function nameSection(names) {
  const text = (string) => [...number(string.length), ...Buffer.from(string)];
  const map = [...number(names.length), ...names.flatMap(([index, name]) => [...number(index), ...text(name)])];
  const content = [...text('name'), 1, ...number(map.length), ...map];
  return Buffer.from([0, ...number(content.length), ...content]);
}
