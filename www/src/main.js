/** @file Entry point: preferences and words first, then the page, then its data. */

import { openAdmin } from './db/admin.js';
import { engine } from './engine/index.js';
import { openData } from './commands/data.js';
import { rereadPlan } from './commands/plan.js';
import { startKeys } from './keys.js';
import { startOffline } from './offline.js';
import { startPrefs } from './prefs.js';
import { startRouter } from './router.js';
import { store } from './store.js';
import { follow, joinTabs } from './tabs.js';
import './app.js';

store.set('data', { phase: 'opening' });
store.set('jobs', []);
store.set('session', { writer: true, memoryOnly: false });
startRouter();
startKeys();
await startPrefs();
document.body.prepend(document.createElement('nx-app'));

store.patch('session', { memoryOnly: !(await openAdmin()) });
await joinTabs(() => engine.ordered('close', {}));
engine.onBroken = (error) => {
  store.patch('data', { phase: 'opening', restarted: error.message });
  void openData();
};
follow(({ kind }) => {
  if (kind === 'records' || kind === 'forget') void openData();
  if (kind === 'cells') void rereadPlan();
});
await openData();
startOffline();
