// A module that is loaded already, as the package's functions get it.
import { Health } from '../../pkg/health.js';

export const loaded = (wasm) => {
  const health = new Health(() => wasm.isOutOfMemory?.());
  return async () => ({ wasm, health });
};
