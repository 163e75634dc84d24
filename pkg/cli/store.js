/** @file `nextpick store check | repair | backup | compact`: maintenance of a recommender's folder. */

import * as fs from 'node:fs/promises';

import { loadRecommender } from '../node.js';
import { backupFolder, checkFolder } from '../store/care.js';
import { openRecommender } from '../store/node.js';
import { repairFolder } from '../store/repair.js';
import { UsageError } from './options.js';
import { langOf, outputOptions, printJson, show } from './subject.js';

const operand = { name: 'folder', about: 'the folder that openRecommender was given', required: true };
/** @param {number} number */
const count = (number) => number.toLocaleString('en');

/**
 * Prints the result, as JSON or in the user's language.
 * @param {import('./options.js').Values} options
 * @param {unknown} result
 * @param {{ zh: string[], en: string[] }} lines
 */
async function say(options, result, { zh, en }) {
  if (options.json) return printJson(result);
  return show(`${(langOf(options) === 'zh' ? zh : en).filter(Boolean).join('\n')}\n`);
}

/** @type {import('./options.js').Command} */
export const storeCheck = {
  name: 'store check',
  summary: 'Reads every byte of a folder and reports damage; changes nothing',
  about: 'May be run while another process has the folder open. Exits with 1 if something is wrong.',
  operand,
  options: outputOptions,
  examples: [['nextpick store check ./state', 'checks every byte']],

  async run(options) {
    const result = await checkFolder(fs, options.folder, loadRecommender);
    const { problems, entries, segments, snapshots, bytes, forgetting } = result;
    if (problems.length) process.exitCode = 1;
    await say(options, result, {
      zh: [
        `${count(entries)} 条记录，${segments} 个日志文件，${snapshots} 个快照，共 ${count(bytes)} 字节`,
        forgetting ? `${forgetting} 项删除（已被忘记的用户，或过期的行为）还留在日志文件里，稍后清除（nextpick store compact 可立即清除）` : '',
        ...(problems.length ? [`发现 ${problems.length} 个问题：`, ...problems.map((one) => `- ${one}`)] : ['全部完好']),
      ],
      en: [
        `${count(entries)} entries in ${segments} files of the log, ${snapshots} snapshots, ${count(bytes)} bytes`,
        forgetting ? `${forgetting} removals (forgotten users or expired interactions) are still in the files of the log and will be carried out (nextpick store compact does it now)` : '',
        ...(problems.length ? [`${problems.length} problems:`, ...problems.map((one) => `- ${one}`)] : ['all as it was written']),
      ],
    });
  },
};

/** @type {import('./options.js').Command} */
export const storeRepair = {
  name: 'store repair',
  summary: 'Restores all that can still be read of a folder and keeps the old files',
  about: 'Writes the log and the newest sound snapshot anew, and moves the old files to damaged-1 within the folder.',
  operand,
  options: outputOptions,
  examples: [['nextpick store repair ./state', 'after store check has found damage']],

  async run(options) {
    const result = await repairFolder(fs, options.folder);
    const { entries, lost, snapshot, kept } = result;
    const gone = lost.filter(({ isInSnapshot }) => !isInSnapshot);
    /** @param {{ from: number, to: number }[]} list */
    const spans = (list) => list.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
    const held = lost.filter(({ isInSnapshot }) => isInSnapshot);
    await say(options, result, {
      zh: [
        `日志里还有 ${count(entries)} 条记录${snapshot === undefined ? '' : `，快照包含到第 ${snapshot} 条`}`,
        held.length ? `日志里读不出、但快照包含的记录：${spans(held)}（状态完整，改配置重算时会缺）` : '',
        gone.length ? `已丢失的记录：${spans(gone)}` : '没有丢失状态',
        `旧文件保存在 ${kept}`,
      ],
      en: [
        `${count(entries)} entries are left in the log${snapshot === undefined ? '' : `; the snapshot holds the state up to entry ${snapshot}`}`,
        held.length ? `entries that cannot be read and that the snapshot holds: ${spans(held)} (the state is complete; replaying the log under another configuration would lack them)` : '',
        gone.length ? `entries that are lost: ${spans(gone)}` : 'nothing of the state is lost',
        `the old files are in ${kept}`,
      ],
    });
  },
};

/** @type {import('./options.js').Command} */
export const storeBackup = {
  name: 'store backup',
  summary: 'Copies a folder, also while another process has it open, and checks the copy',
  operand,
  options: { out: { type: 'text', short: 'o', value: 'FOLDER', required: true, about: 'where to: a folder that is new or empty' }, ...outputOptions },
  examples: [['nextpick store backup ./state --out /backups/2026-03-31', 'a copy that can be opened like the folder itself']],

  async run(options) {
    const result = await backupFolder(fs, options.folder, options.out);
    await say(options, result, {
      zh: [`${options.out}：${count(result.entries)} 条记录，${count(result.bytes)} 字节`],
      en: [`${options.out}: ${count(result.entries)} entries, ${count(result.bytes)} bytes`],
    });
  },
};

const DAY = 86_400_000;

/**
 * Removes interactions older than the given days before the last trusted time.
 * @param {import('../store/index.js').DurableRecommender} recommender
 * @param {number} days
 * @param {string} folder
 */
async function expire(recommender, days, folder) {
  const now = recommender.trustedTime();
  if (now === undefined) throw new UsageError(`--keep-days: ${folder} contains no time yet: make a request, or observe interactions with the option now, first`);
  return recommender.expire(now - days * DAY);
}

/** @type {import('./options.js').Command} */
export const storeCompact = {
  name: 'store compact',
  summary: 'Removes forgotten users and expired interactions from the files of a folder now',
  about:
    'With --keep-days, interactions older than that many days before the latest time in the folder are removed first: decisions, ' +
    'fits and exports are then as if they had never been observed. Copy the folder first (store backup) to keep an archive.',
  operand,
  options: { 'keep-days': { type: 'whole', value: 'N', least: 1, about: 'remove older interactions, too' }, ...outputOptions },
  examples: [
    ['nextpick store compact ./state', 'instead of within a day, while the folder is open'],
    ['nextpick store compact ./state --keep-days 400', 'keep a little more than a year'],
  ],

  async run(options) {
    const { keepDays: days } = options;
    const recommender = await openRecommender(options.folder);
    try {
      const expired = days === undefined ? 0 : await expire(recommender, days, options.folder);
      await recommender.compact();
      const { notes } = recommender;
      await say(options, { expired, notes }, {
        zh: [...notes, days === undefined ? '' : `删除了 ${count(expired)} 条过期的行为`, `${options.folder}：已被忘记的用户不再出现在任何文件里`],
        en: [...notes, days === undefined ? '' : `${count(expired)} expired interactions were removed`, `${options.folder}: users who were forgotten are in no file any more`],
      });
    } finally {
      await recommender.close();
    }
  },
};
