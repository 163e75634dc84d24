// The committed sample is what its generator writes.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const sample = fileURLToPath(new URL('../../sample/', import.meta.url))

/** The content; how gzip packs it may differ between versions of Node. */
function content(folder, name) {
  const bytes = readFileSync(join(folder, name))
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

test('the generator writes the bytes of the sample', () => {
  const out = mkdtempSync(join(tmpdir(), 'sample-'))
  try {
    execFileSync(process.execPath, [join(sample, 'generate.mjs'), '--out', out])
    const names = readdirSync(out)
    assert.equal(names.length, 9)
    for (const name of names) assert.ok(content(out, name).equals(content(sample, name)), `${name} differs`)
  } finally {
    rmSync(out, { recursive: true })
  }
})
