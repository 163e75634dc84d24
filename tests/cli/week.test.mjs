// The example week in the guides equals the output of the commands. UPDATE_TRANSCRIPTS=1 rewrites it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { DOCUMENTS, operatorsWeek } from '../../sample/week.mjs';

for (const [lang, file] of Object.entries(DOCUMENTS)) {
  test(`${file} shows what the commands print`, { timeout: 600_000 }, async () => {
    const path = new URL(`../../docs/${file}`, import.meta.url);
    const text = await operatorsWeek(lang);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'), `UPDATE_TRANSCRIPTS=1 rewrites docs/${file}`);
  });
}
