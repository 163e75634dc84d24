// scripts/number-locals.mjs makes instructions repeat earlier ones, and changes nothing but numbers of locals, by a permutation of each
// function that keeps parameters and types, and hints of alignment.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import { disassemble, functions, parameterCounts } from '../../scripts/wasm-code.mjs'

const script = fileURLToPath(new URL('../../scripts/number-locals.mjs', import.meta.url))

/** Returns the module with renumbered locals. */
function numbered(t, module) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [from, to] = ['from.wasm', 'to.wasm'].map((name) => join(folder, name))
  writeFileSync(from, module)
  execFileSync(process.execPath, [script, from, to])
  return readFileSync(to)
}

/** Returns a function that computes with two whole numbers and a float, in locals of these names. */
const sum = (export_, [a, b, c]) => `(func (export "${export_}") (param $p i32) (result i32) (local $0 i32) (local $1 i32) (local $2 f64)
  (local.set $${a} (i32.load align=2 (local.get $p)))
  (local.set $${b} (i32.mul (local.get $${a}) (i32.const 3)))
  (local.set $${c} (f64.convert_i32_s (local.get $${b})))
  (i32.add (local.get $${a}) (i32.sub (i32.trunc_sat_f64_s (local.get $${c})) (local.get $${b}))))`

test('a function that differs from an earlier one only in its locals becomes equal to it', (t) => {
  const text = `(module (memory 1) (data (i32.const 0) "\\05\\00\\00\\00") ${sum('first', [0, 1, 2])} ${sum('second', [1, 0, 2])})`
  const module = binaryen.parseText(text)
  module.setFeatures(binaryen.Features.All)
  const before = Buffer.from(module.emitBinary())
  const after = numbered(t, before)
  assert.notDeepEqual(...functions(before))
  assert.deepEqual(...functions(after))
  const { first, second } = new WebAssembly.Instance(new WebAssembly.Module(after)).exports
  assert.deepEqual([first(0), second(0)], [5, 5])
})

test('locals of the deciding module are renumbered by permutations that keep parameters and types', (t) => {
  const before = readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url))
  const after = numbered(t, before)
  assert.ok(WebAssembly.validate(after))
  const [parameters, others] = [parameterCounts(before), functions(after)]
  functions(before).forEach((body, index) => {
    const [old, renumbered] = [body, others[index]].map(disassemble)
    assert.deepEqual(renumbered.locals, old.locals)
    assert.equal(renumbered.instructions.length, old.instructions.length)
    const type = (local) => old.locals[local - parameters[index]] ?? `parameter ${local}`
    const numbers = new Map()
    old.instructions.forEach(({ bytes, local, align }, place) => {
      const now = renumbered.instructions[place]
      if (align) bytes[align] = now.bytes[align]
      assert.ok(bytes.equals(now.bytes))
      if (local === undefined) return
      assert.equal(type(now.local), type(local))
      assert.equal(numbers.get(local) ?? now.local, now.local)
      numbers.set(local, now.local)
    })
    assert.equal(new Set(numbers.values()).size, numbers.size)
  })
})
