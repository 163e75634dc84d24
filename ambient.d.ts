/** Packages that may be absent when the sources are checked: wechaty has a lock file of its own, better-sqlite3 is optional. */
declare module 'wechaty';
declare module 'better-sqlite3';

/** The module as workerd and edge functions import it: compiled. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}

/** Written when the package is packed, see scripts/pack.mjs. */
declare module '*/wasm/inline.js' {
  export const module: string;
}
