// Packs the packages of this repository and installs them into an empty project.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Folders of all published packages. */
export const FOLDERS = ['pkg', ...['bot', 'discord', 'grammy', 'koishi', 'slack', 'wechaty', 'wecom'].map((host) => `hosts/${host}`)];
export const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** Packs a package into a folder; returns the report of npm. */
export function pack(folder, destination) {
  const out = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', destination], { cwd: join(root, folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // npm reports the tarball in a list or, in newer versions, by package.
  const result = JSON.parse(out);
  return Array.isArray(result) ? result[0] : Object.values(result)[0];
}

/**
 * Creates an empty project with packages in it, and with their peers from the workspace.
 *
 * @param {string[]} folders
 */
export function project(folders) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-project-'));
  writeFileSync(join(folder, 'package.json'), '{"name":"host","private":true}');
  const reports = folders.map((from) => {
    const { name, peerDependencies = {}, dependencies = {} } = manifestOf(from);
    const report = pack(from, folder);
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, report.filename), '-C', place, '--strip-components=1']);
    for (const peer of Object.keys({ ...peerDependencies, ...dependencies })) if (!peer.startsWith('nextpick')) link(folder, peer);
    return report;
  });
  for (const needed of ['typescript', '@types/node', 'undici-types']) link(folder, needed);
  return { folder, reports };
}

function link(folder, name) {
  const [from, to] = [join(root, 'node_modules', name), join(folder, 'node_modules', name)];
  if (!existsSync(from) || existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}
