// Documents in two languages have the same structure, relative links resolve, and the long pages stay short.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const SKIPPED = /^(node_modules|target|build|tools|dist|\.git)$/;
/** Copies created by packing. */
const GENERATED = /^(pkg\/(README|CHANGELOG)|hosts\/\w+\/CHANGELOG)/;
/** Address of this repository's files in documents that are published elsewhere, too. */
const HOME = 'https://github.com/nextpick/nextpick/blob/main/';

/** Returns the paths of all Markdown files below a folder, relative to the root. */
function markdownFiles(folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : markdownFiles(path);
    return entry.isFile() && entry.name.endsWith('.md') && !GENERATED.test(path) ? [path] : [];
  });
}

const files = markdownFiles();
const read = (path) => readFileSync(join(root, path), 'utf8');
const BLOCK = /^( *)```(\w*)\n([^]*?)^\1```/gm;
/** Removes code blocks and inline code, whose brackets are not links. */
const proseOf = (text) => text.replace(BLOCK, '').replace(/`[^`\n]*`/g, 'code');

const headingsOf = (text) => [...text.replace(BLOCK, '').matchAll(/^(#+) (.*)$/gm)].map(([, marks, title]) => ({ level: marks.length, title }));
const linksOf = (text) => [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
/** Returns the parts of code blocks that do not depend on the language of the text: their language, number of lines, called functions and options. */
const blocksOf = (text) =>
  [...text.matchAll(BLOCK)].map(([, , language, code]) => ({
    language,
    lines: code.split('\n').length,
    calls: code.match(/\b[A-Za-z]\w*(?=\()/g) ?? [],
    options: (code.match(/ --[a-z-]+/g) ?? []).filter((option) => option !== ' --lang'),
  }));

/** Returns the anchor that GitHub gives a heading. */
const anchorOf = (title) =>
  title
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replace(/ /g, '-');
const anchors = new Map(files.map((path) => [path, headingsOf(read(path)).map(({ title }) => anchorOf(title))]));

/** Removes anchor and language from a link. */
const withoutLanguage = (link) => link.replace(/#.*/, '').replace(/\.(zh-CN|en)(?=\.\w+$)/, '');
const sorted = (list) => list.map(withoutLanguage).filter(Boolean).sort();

describe('relative links resolve', () => {
  for (const path of files) {
    test(path, () => {
      for (const link of linksOf(read(path))) {
        const isOwn = link.startsWith(HOME);
        if (/^[a-z]+:/.test(link) && !isOwn) continue;
        const [file, anchor] = decodeURIComponent(isOwn ? link.slice(HOME.length) : link).split('#');
        const target = isOwn ? file : file ? normalize(join(dirname(path), file)) : path;
        assert.ok(existsSync(join(root, target)), `${path}: ${link} names no file`);
        if (anchor) assert.ok(anchors.get(target)?.includes(anchor), `${path}: ${link} names no heading`);
      }
    });
  }
});

describe('both languages have the same structure', () => {
  const pairs = files.filter((path) => path.endsWith('.zh-CN.md')).map((path) => [path.replace('.zh-CN.md', '.md'), path]);
  for (const guide of files.filter((path) => /^((README|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md|docs\/(guide\/)?[\w-]+\.md)$/.test(path))) {
    test(`${guide} exists in Chinese`, () => assert.ok(pairs.some(([english]) => english === guide)));
  }
  for (const [english, chinese] of pairs) {
    test(`${english} and ${chinese}`, () => {
      const texts = [english, chinese].map(read);
      const [levels, expected] = texts.map((text) => headingsOf(text).map(({ level }) => level));
      assert.deepEqual(expected, levels, 'levels of headings');
      const [blocks, expectedBlocks] = texts.map(blocksOf);
      assert.deepEqual(expectedBlocks, blocks, 'code blocks');
      const [links, expectedLinks] = texts.map((text) => sorted(linksOf(text)));
      assert.deepEqual(expectedLinks, links, 'links');
    });
  }
});

describe('README and ARCHITECTURE are short', () => {
  for (const [path, limit] of Object.entries({ 'README.md': 1200, 'ARCHITECTURE.md': 2500 })) {
    test(`${path} has at most ${limit} words`, () => {
      const words = read(path).split(/\s+/).filter(Boolean).length;
      assert.ok(words <= limit, `${words} words`);
    });
  }
});
