/** Packages that may be absent when the sources are checked: wechaty has a lock file of its own, better-sqlite3 is optional. */
declare module 'wechaty';
declare module 'better-sqlite3';
