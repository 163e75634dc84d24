/** @file Checks of rules: rules without effect. */

/**
 * @param {import('../operations.js').CheckInput} input
 * @returns {import('../operations.js').Finding[]}
 */
export function ruleChecks({ operations, matching }) {
  return (operations.rules ?? []).flatMap((rule, n) => {
    const path = `operations.rules[${n}]`;
    const findings = [];
    if (!matching(rule.items).length) {
      findings.push({ path: `${path}.items`, code: 'no-items', zh: '内容库里没有符合的内容', en: 'no item of the library matches' });
    }
    if (!rule.audience && !rule.caps?.length) {
      findings.push({ path, code: 'no-effect', zh: '既没有 audience 也没有 caps，这条规则不起作用', en: 'without audience and caps this rule restricts nothing' });
    }
    if (rule.capAudience && !rule.caps?.length) {
      findings.push({ path: `${path}.capAudience`, code: 'no-caps', zh: '没有 caps，capAudience 不起作用', en: 'without caps it has no effect' });
    }
    return findings;
  });
}
