// Checks the listed folders of pkg/ with `noImplicitAny`. The folders that they import are checked by pkg/tsconfig.json without it.
//   node scripts/lint-implicit-any.mjs [FOLDER...]      default: all folders of the list
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

/** Folders without implicit `any`; `.` is pkg/ without its subfolders. */
const FOLDERS = ['.', 'files', 'formats', 'load', 'operations', 'serve', 'store', 'study', 'words'];

const root = fileURLToPath(new URL('../pkg/', import.meta.url));
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS;
const isListed = (path) => folders.some((folder) => (folder === '.' ? !path.includes('/') : path.startsWith(`${folder}/`)));

const program = ts.createProgram(fileNames, { ...options, noImplicitAny: true });
const sources = program.getSourceFiles().filter(({ fileName }) => isListed(relative(root, fileName)));
const errors = sources.flatMap((source) => [...program.getSemanticDiagnostics(source)]);
if (errors.length) console.error(ts.formatDiagnostics(errors, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }));
process.exitCode = errors.length ? 1 : 0;
