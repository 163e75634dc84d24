/** @file Type of the modules where a bundler or workerd imports them: compiled, or their address. Both are for `init`. */

declare const module: import('./index.js').ModuleSource;
export default module;
