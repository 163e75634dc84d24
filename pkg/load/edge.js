/** @file Finds the modules in workerd and edge functions: they are compiled when the code is deployed, and imported. */

import module from '../wasm/nextpick_bg.wasm?module';
import { deciding } from './deciding.js';
import { studying } from './studying.js';

deciding.findBy(() => module);
studying.findBy(async () => (await import('../wasm/nextpick_study_bg.wasm?module')).default);
