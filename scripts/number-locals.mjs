// Numbers the locals of a module's functions so that instructions repeat earlier ones byte by byte, which gzip finds.
//   node scripts/number-locals.mjs IN.wasm OUT.wasm
//
// Each local takes the number that stood in its place where the same few instructions occurred last, by majority, if
// that is of its type and free. Alignment hints, which no engine needs, are set to 1 byte for the same reason.
import { readFileSync, writeFileSync } from 'node:fs';
import { disassemble, functions, number, parameterCounts, withFunctions } from './wasm-code.mjs';

/** Numbers of instructions that count as the same place if they are equal. */
const RUNS = [3, 6];
/** Maximum distance in bytes: gzip looks back 32 KB. */
const WINDOW = 32_000;

const [from, to] = process.argv.slice(2);
const module = readFileSync(from);
const parameters = parameterCounts(module);
/** The end of the last occurrence of each run, with its locals. */
const last = new Map();
let written = 0;
writeFileSync(to, withFunctions(module, functions(module).map((body, index) => renumbered(body, parameters[index]))));

function renumbered(body, parameters) {
  const { head, locals, instructions } = disassemble(body);
  instructions.forEach(({ bytes, align }) => align && (bytes[align] = 0));
  const runs = [...runsWithLocals(instructions)];
  const numbers = assigned(locals, parameters, votes(runs), instructions);
  const code = instructions.map(({ bytes, local }) =>
    local === undefined ? bytes : Buffer.from([bytes[0], ...number(numbers.get(local) ?? local)]),
  );
  const result = Buffer.concat([head, ...code]);
  written += result.length;
  for (const { key, locals } of runs) last.set(key, { end: written, locals: locals.map((local) => numbers.get(local) ?? local) });
  return result;
}

/** Returns each run of instructions that names a local. */
function* runsWithLocals(instructions) {
  const shapes = instructions.map(({ bytes }) => bytes.toString('latin1'));
  for (const length of RUNS) {
    for (let start = 0; start + length <= instructions.length; start++) {
      const locals = instructions.slice(start, start + length).flatMap(({ local }) => local ?? []);
      if (locals.length) yield { key: `${length}:${shapes.slice(start, start + length).join('')}`, locals };
    }
  }
}

/** Counts for each local which numbers stood in its place. */
function votes(runs) {
  const votes = new Map();
  for (const { key, locals } of runs) {
    const before = last.get(key);
    if (!before || written - before.end > WINDOW) continue;
    locals.forEach((local, place) => {
      const choice = `${local} ${before.locals[place]}`;
      votes.set(choice, (votes.get(choice) ?? 0) + 1);
    });
  }
  const ranked = [...votes].map(([choice, count]) => [...choice.split(' ').map(Number), count]);
  return ranked.sort(([a, b, n], [c, d, m]) => m - n || a - c || b - d);
}

/** Returns the new number of each local: that with the most votes; else the frequent ones first. */
function assigned(locals, parameters, votes, instructions) {
  const free = new Map();
  locals.forEach((type, index) => (free.get(type) ?? free.set(type, new Set()).get(type)).add(parameters + index));
  const numbers = new Map();
  const assign = (local, to) => {
    const ofType = free.get(locals[local - parameters]);
    if (!numbers.has(local) && ofType?.delete(to)) numbers.set(local, to);
  };
  votes.forEach(([local, to]) => assign(local, to));
  const uses = new Map(locals.map((_, index) => [parameters + index, 0]));
  instructions.forEach(({ local }) => uses.has(local) && uses.set(local, uses.get(local) + 1));
  const unnamed = [...uses].filter(([local]) => !numbers.has(local)).sort(([a, n], [b, m]) => m - n || a - b);
  unnamed.forEach(([local]) => assign(local, Math.min(...free.get(locals[local - parameters]))));
  return numbers;
}
