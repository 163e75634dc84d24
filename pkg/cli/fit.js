/** @file `nextpick fit`: fits a model file to a log, with a report on its quality. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import * as nextpick from '../node.js';
import { FileError } from '../files/index.js';
import { fittedTables } from './fitted.js';
import { ImpressionsFile, eventsOf, recordsOf, traced } from './inputs.js';
import { Reading, effective, mapOption, readConfig, readingOptions } from './load.js';
import { UsageError } from './options.js';
import { replace } from './replace.js';
import { langOf, outputOptions, printJson, show } from './subject.js';

/** @type {import('./options.js').Command} */
export const fit = {
  name: 'fit',
  summary: 'Fits the weights to a log and reports the fit per kind, with its certainty',
  about:
    'Reads the log in time order, so that every interaction is predicted from those before it. A log of impressions (--log)\n' +
    'has outcomes of shown items: probabilities fitted to it are calibrated, as are those of --events with impressions. Without\n' +
    'impressions a choice is compared with sampled other items (negative sampling), which teaches the order alone.\n' +
    'The loss before and after is measured on the last fifth of the log, with a fit to the rest; ± is a standard error.',
  options: {
    items: { type: 'text', value: 'FILE', required: true, about: 'the content library' },
    events: { type: 'text', value: 'FILE', about: 'the log of interactions; this or --log' },
    log: { type: 'text', value: 'FILE', about: 'a log of impressions: at, user, item, channel, then 0 or 1 per kind' },
    users: { type: 'text', value: 'FILE', about: 'users' },
    groups: { type: 'text', value: 'FILE', about: 'groups' },
    channels: { type: 'text', value: 'FILE', about: 'channels' },
    config: { type: 'text', value: 'FILE', about: 'configuration (JSON), the one under which it will decide' },
    until: { type: 'time', value: 'TIME', about: 'learn only interactions before this time' },
    families: { type: 'names', value: 'NAME,…', about: 'only these feature families; default: the configuration’s' },
    seed: { type: 'whole', value: 'N', least: 0, otherwise: 0, about: 'seed of negative sampling' },
    out: { type: 'text', short: 'o', value: 'FILE', required: true, about: 'the model’s file, for --model; gzipped if it ends in .gz' },
    ...mapOption,
    ...readingOptions,
    ...outputOptions,
  },
  examples: [
    ['nextpick fit --items items.csv --events log.csv.gz --out model.bin', 'then: nextpick pick --model model.bin …'],
    ['nextpick fit --items items.csv --log shown.csv.gz --until 2026-03-01 --out model.bin --json', 'the report as JSON'],
  ],

  async run(options) {
    if (!options.events === !options.log) throw new UsageError(`expected --events FILE or --log FILE, got ${options.log ? 'both' : 'neither'}`);
    // Validated before a long fit, not after it.
    if (!existsSync(dirname(options.out))) throw new FileError({ file: options.out, problem: 'expected a folder that is there' });
    const reading = new Reading(options);
    const { until, families, seed, log } = options;
    /** @type {Record<string, any>} */
    const input = { until, families, seed, config: options.config && (await readConfig(options.config)) };
    reading.under(await effective(input.config));
    /** @type {Record<string, any>} */
    const files = {};
    for (const sort of /** @type {const} */ (['items', 'users', 'groups', 'channels'])) {
      if (!options[sort]) continue;
      files[sort] = await recordsOf(reading, options[sort], sort, input.config);
      input[sort] = files[sort].records;
    }
    if (log) input.log = await impressions(reading, log);
    else input.events = await eventsOf(reading, options.events);
    reading.end();
    const { model, report } = await fitted(input, reading, files);
    await replace(options.out, model);
    return options.json ? printJson(report) : show(fittedTables(report, langOf(options)));
  },
};

/**
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 */
async function impressions(reading, path) {
  const log = new ImpressionsFile(reading, path);
  await log.read();
  return log.columns();
}

/**
 * @param {any} input
 * @param {{ progress: import('./progress.js').Progress }} reading
 * @param {Record<string, any>} files
 */
async function fitted(input, { progress }, files) {
  /**
   * @param {number} done
   * @param {number} total
   */
  const onProgress = (done, total) => {
    const progressText = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    progress.show(() => (done < total ? `reading the log: ${progressText}` : 'fitting'));
  };
  try {
    return await nextpick.fit(input, { onProgress });
  } catch (error) {
    throw traced(error, files);
  } finally {
    progress.clear();
  }
}
