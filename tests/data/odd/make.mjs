// Writes the files of the cases to this folder:  node tests/data/odd/make.mjs
import { writeFileSync } from 'node:fs';

import { cases } from './cases.mjs';
import { cases as foreign } from './foreign.mjs';

for (const { file, bytes } of [...cases, ...foreign]) writeFileSync(new URL(file, import.meta.url), bytes);
console.log(`${cases.length + foreign.length} files`);
