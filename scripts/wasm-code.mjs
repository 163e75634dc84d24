// Reads the code of a WebAssembly module: its functions and their instructions.

/** Number of the code section. */
const CODE = 10;

/** Reads bytes from a position on. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Reads a number in groups of seven bits, lowest first; the sign of negative ones is lost. */
  number() {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  take(length) {
    return this.bytes.subarray(this.at, (this.at += length));
  }
}

/** Writes a number as {@link Reader.number} reads it. */
export function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

/** Returns the sections of a module: number and content. */
export function sections(module) {
  const reader = new Reader(module, 8);
  const sections = [];
  while (reader.at < module.length) {
    const id = module[reader.at++];
    sections.push({ id, content: reader.take(reader.number()) });
  }
  return sections;
}

/** Returns the bytes of each defined function. */
export function functions(module) {
  const reader = new Reader(sections(module).find(({ id }) => id === CODE).content);
  return Array.from({ length: reader.number() }, () => reader.take(reader.number()));
}

/** Returns the module with other bytes of its functions. */
export function withFunctions(module, bodies) {
  const code = Buffer.concat([Buffer.from(number(bodies.length)), ...bodies.flatMap((body) => [Buffer.from(number(body.length)), body])]);
  const parts = sections(module).map(({ id, content }) => (id === CODE ? { id, content: code } : { id, content }));
  return Buffer.concat([module.subarray(0, 8), ...parts.flatMap(({ id, content }) => [Buffer.from([id, ...number(content.length)]), content])]);
}

/** Returns the number of parameters of each defined function. */
export function parameterCounts(module) {
  const content = (wanted) => new Reader(sections(module).find(({ id }) => id === wanted).content);
  const types = content(1);
  const counts = Array.from({ length: types.number() }, () => {
    types.at += 1;
    const count = types.number();
    types.take(count);
    types.take(types.number());
    return count;
  });
  const declared = content(3);
  return Array.from({ length: declared.number() }, () => counts[declared.number()]);
}

const isLocal = (opcode) => opcode >= 0x20 && opcode <= 0x22;

/**
 * Splits a function into the types of its locals and its instructions. Of an instruction that names a local, `bytes` is
 * the opcode alone and `local` the number. `align` is the place of the alignment hint of a memory access in `bytes`.
 */
export function disassemble(body) {
  const reader = new Reader(body);
  const locals = Array.from({ length: reader.number() }, () => {
    const count = reader.number();
    return Array(count).fill(body[reader.at++]);
  }).flat();
  const head = body.subarray(0, reader.at);
  const instructions = [];
  while (reader.at < body.length) {
    const start = reader.at;
    const opcode = body[reader.at++];
    if (isLocal(opcode)) {
      instructions.push({ bytes: body.subarray(start, start + 1), local: reader.number() });
    } else {
      const align = operands(reader, opcode);
      instructions.push({ bytes: body.subarray(start, reader.at), align: align && align - start });
    }
  }
  return { head, locals, instructions };
}

/** Skips the operands of an instruction; returns the place of an alignment hint. */
function operands(reader, opcode) {
  const numbers = (count) => {
    for (let n = 0; n < count; n++) reader.number();
  };
  const access = () => {
    const align = reader.at;
    numbers(2);
    return align;
  };
  if (opcode >= 0x28 && opcode <= 0x3e) return access();
  if (opcode === 0xfc) {
    const operation = reader.number();
    numbers(operation < 8 ? 0 : [8, 10, 12, 14].includes(operation) ? 2 : 1);
  } else if (opcode === 0xfd) {
    const operation = reader.number();
    if (operation <= 11 || operation === 92 || operation === 93) return access();
    if (operation === 12 || operation === 13) reader.at += 16;
    else if (operation >= 21 && operation <= 34) reader.at += 1;
    else if (operation >= 84 && operation <= 91) {
      const align = access();
      reader.at += 1;
      return align;
    }
  } else if (opcode === 0x0e) numbers(reader.number() + 1);
  else if (opcode === 0x1c) numbers(reader.number());
  else if (opcode === 0x11) numbers(2);
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (ONE_NUMBER.has(opcode)) numbers(1);
  else if (!NO_OPERANDS.has(opcode) && !(opcode >= 0x45 && opcode <= 0xc4)) {
    throw new Error(`unknown instruction 0x${opcode.toString(16)}`);
  }
}

/** Instructions of control, drop, select and the test for null; those of arithmetic lie from 0x45 to 0xc4. */
const NO_OPERANDS = new Set([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1]);

/** Blocks, branches, calls, globals, tables, sizes of memory, constants and references. */
const ONE_NUMBER = new Set([0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2]);
