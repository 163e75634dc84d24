// Wraps a loaded module as an argument of the package's functions.
import { Health } from '../../pkg/health.js';

export const loaded = (wasm) => {
  const health = new Health(() => wasm.isOutOfMemory?.());
  return async () => ({ wasm, health });
};
