/** @file Names the directive of a Content-Security-Policy that forbade something. */

/** Watches for violations of the page's policy; hosts without such events have none. */
export function watchPolicy() {
  /** @type {SecurityPolicyViolationEvent[]} */
  const seen = [];
  /** @param {SecurityPolicyViolationEvent} event */
  const note = (event) => void seen.push(event);
  const host = typeof globalThis.addEventListener === 'function' && typeof globalThis.removeEventListener === 'function' ? globalThis : undefined;
  host?.addEventListener('securitypolicyviolation', note);
  return {
    /** Returns one sentence about the violations; empty without any. */
    async violations() {
      // The event may follow the failure that it explains.
      if (host) await new Promise((resolve) => setTimeout(resolve, 0));
      if (!seen.length) return '';
      const [{ effectiveDirective, blockedURI }] = seen;
      return `the Content-Security-Policy forbids it by ${effectiveDirective}${needed(effectiveDirective, blockedURI)}`;
    },
    end() {
      host?.removeEventListener('securitypolicyviolation', note);
    },
  };
}

/** @param {string} directive @param {string} blocked */
function needed(directive, blocked) {
  if (blocked === 'wasm-eval' || blocked === 'eval') return ", which must have 'wasm-unsafe-eval'";
  return directive.includes('trusted-types') ? '' : `, which must have ${blocked}`;
}
