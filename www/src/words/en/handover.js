/** @file Texts of the hand-over. */

const many = (count, one, more = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

export const handover = {
  hint: 'Everything is checked again before it is handed over. Without a confirmation nothing counts as sent.',
  none: 'No approved messages',
  noneHint: 'Approve messages in the week plan, then export and hand them over here.',
  allDays: (count) => `All ${count}`,
  blocked: (count) => `${many(count, 'message')} may not be sent any more and need a decision`,
  noOwner: 'No owner named',
  privately: 'Private',
  list: (count) => many(count, 'message'),
  handOver: (count) => `Hand over ${count}`,
  allSent: (count) => `All ${count} sent`,
  sent: 'Sent',
  notSent: 'Not sent',
  exports: 'Export:',
  heads: ['time', 'owner', 'account', 'recipient', 'recipient id', 'title', 'path', 'item', 'decision'],
  text: 'Copy text',
  share: 'Share',
  print: 'Print',
  done: (count) => `${many(count, 'message')} handed over, waiting for confirmation`,
  confirmed: (count) => `${many(count, 'message')} confirmed as sent`,
  released: (count) => `${many(count, 'message')} not sent; caps no longer count them`,
  bot: 'Read a bot’s file of sent messages',
  botHint: 'sent.jsonl: a line with decision and at for each.',
  botRead: (count, wrong) => `${many(count, 'message')} confirmed${wrong ? `; ${many(wrong, 'line')} could not be read` : ''}`,
};
