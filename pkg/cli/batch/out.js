/** @file Output of answers: stdout, or a file; a text file can be continued by a later run. */

import { open } from 'node:fs/promises';

import { FileError } from '../../files/index.js';
import { sheetLine, sheetStart } from '../sheet.js';
import { write } from '../subject.js';
import { resumePoint } from './resume.js';
import { NAMES } from './rows.js';
import { openTable } from './table-out.js';

/**
 * @typedef {object} Out
 * @property {number} done Number of requests answered there already.
 * @property {(content: any) => Promise<void>} write Takes the content of answers.
 * @property {() => Promise<void>} end After the last answer.
 * @property {() => Promise<void>} close To be called after success and after failure.
 */

/**
 * @param {{ out?: string, resume?: boolean, format: import('./answer.js').Format, bom?: boolean }} options
 * @returns {Promise<Out>}
 */
export async function openOut({ out, resume, format, bom }) {
  if (format === 'parquet' || format === 'arrow') return openTable({ out, format });
  const to = out === undefined ? stdout() : await file(out, { resume, format });
  if (format === 'csv' && !to.begun) await to.write(Buffer.from(`${sheetStart({ bom })}${sheetLine({})(NAMES)}\n`));
  return to;
}

const nothing = async () => {};
const stdout = () => ({ done: 0, begun: false, write, end: nothing, close: nothing });

/**
 * @param {string} path
 * @param {{ resume?: boolean, format: 'jsonl' | 'csv' }} options
 */
async function file(path, { resume, format }) {
  // An existing file, possibly hours of work, is not overwritten without an explicit option.
  const handle = await open(path, resume ? 'a+' : 'ax').catch((error) => {
    if (error.code !== 'EEXIST') throw error;
    throw new FileError({ file: path, problem: 'is already there; --resume goes on with it, or remove it to begin anew', cause: error });
  });
  try {
    const { done, at, tail } = resume ? await resumePoint(handle, format) : { done: 0, at: 0, tail: Buffer.alloc(0) };
    // The last answer is repeated and must be identical: that completes a torn end and detects a foreign file.
    let known = tail;
    let size = at + tail.length;
    // An interrupted run may still be writing: then both stop before the file is damaged.
    const mineAlone = async () => {
      if ((await handle.stat()).size !== size) throw new FileError({ file: path, problem: 'is written to by another process too; stop it, and go on with --resume' });
    };
    return {
      done,
      begun: at > 0,
      /** @param {Buffer} bytes */
      async write(bytes) {
        const both = Math.min(known.length, bytes.length);
        if (both && known.compare(bytes, 0, both, 0, both) !== 0) throw foreign(path);
        known = known.subarray(both);
        if (both === bytes.length) return;
        await handle.appendFile(bytes.subarray(both));
        size += bytes.length - both;
        await mineAlone();
      },
      async end() {
        if (known.length) throw foreign(path);
        await mineAlone();
        await handle.sync();
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @param {string} path */
function foreign(path) {
  const problem =
    'its last answer differs from that of this run: it was made from another state, other requests or other options ' +
    '(without --now, --all uses the clock, which differs at each run); nothing was added to it';
  return new FileError({ file: path, problem });
}
