// The committed sample equals the output of its generator.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const sample = fileURLToPath(new URL('../../sample/', import.meta.url))

/** Reads a file uncompressed, because gzip output differs between versions of Node. */
function readContent(folder, name) {
  const bytes = readFileSync(join(folder, name))
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

test('the generator writes the bytes of the sample', () => {
  const out = mkdtempSync(join(tmpdir(), 'sample-'))
  try {
    execFileSync(process.execPath, [join(sample, 'generate.mjs'), '--out', out])
    const names = readdirSync(out)
    assert.equal(names.length, 11)
    for (const name of names) assert.ok(readContent(out, name).equals(readContent(sample, name)), `${name} differs`)
  } finally {
    rmSync(out, { recursive: true })
  }
})
