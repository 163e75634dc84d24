/** @file URLs of the sample's files in `sample/`; a build copies them beside the page. */

import channels from '../../../sample/channels.json?url';
import config from '../../../sample/config.json?url';
import groups from '../../../sample/groups.jsonl?url';
import interactions from '../../../sample/interactions.csv.gz?url';
import items from '../../../sample/items.jsonl?url';
import operations from '../../../sample/operations.json?url';
import sent from '../../../sample/sent.jsonl.gz?url';
import trialClicks from '../../../sample/trial-clicks.csv.gz?url';
import trial from '../../../sample/trial.jsonl.gz?url';
import users from '../../../sample/users.csv?url';

const source = (name, url) => ({ name, url: new URL(url, document.baseURI).href });

export const sample = {
  items: source('items.jsonl', items),
  users: source('users.csv', users),
  groups: source('groups.jsonl', groups),
  channels: source('channels.json', channels),
  interactions: source('interactions.csv.gz', interactions),
  config: source('config.json', config),
  operations: source('operations.json', operations),
};

/** Files that only studies read: messages, and the trial for off-policy evaluation. */
export const sampleLog = {
  sent: source('sent.jsonl.gz', sent),
  trial: source('trial.jsonl.gz', trial),
  trialClicks: source('trial-clicks.csv.gz', trialClicks),
};
