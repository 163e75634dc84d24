#!/usr/bin/env node
/** @file `nextpick`: finds the command, runs it, and converts errors to one line and an exit code. */

import { main } from './cli/main.js';

process.exitCode = await main(process.argv.slice(2));
