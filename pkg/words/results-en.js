/** @file English: results of experiments, and how complete the data are. */

/** @type {import('./tables.js').ResultWords} */
export const resultsEn = {
  between: ([low, high]) => `between ${low} and ${high}`,
  comparison: {
    better: ({ variant, control, metric, lift, range }) => `“${variant}” is better than “${control}”: ${metric} ${lift}, with 95 % certainty ${range}.`,
    worse: ({ variant, control, metric, lift, range }) => `“${variant}” is worse than “${control}”: ${metric} ${lift}, with 95 % certainty ${range}.`,
    'no-meaningful-difference': ({ variant, control, metric, range, effect }) =>
      `“${variant}” and “${control}” differ by less than the ${effect} that matter: ${metric}, with 95 % certainty ${range}.`,
    'guardrail-failed': ({ variant, guardrails }) => `“${variant}” must not go on: it fails the guardrail ${guardrails}.`,
    inconclusive: ({ variant, control, metric, range }) =>
      range ? `It is still open whether “${variant}” or “${control}” is better: ${metric}, with 95 % certainty ${range}.` : `It is still open whether “${variant}” or “${control}” is better.`,
    'too-few': ({ variant, control }) =>
      `Nothing is said yet of “${variant}” and “${control}”: each needs at least 10 independent groups or users and 10 responses.`,
    invalid: () => 'No verdict is possible.',
  },
  unknown: ({ verdict }) => verdict,
  reasons: {
    'small-effect': 'The difference is real, but smaller than the smallest difference set as relevant.',
    'sample-ratio': ({ observed, expected }) =>
      `The variants got ${observed} units instead of about ${expected}: look for messages that are lost in one variant.`,
    reassigned: ({ share }) => `${share} of the units were seen with more than one variant: was the experiment changed while it ran?`,
    attribution: ({ share }) => `${share} of the responses name a decision that nobody sent: the link from responses to messages is broken.`,
  },
  list: (parts) => parts.join(', '),
  space: ' ',
  noResponses: 'There are no responses.',
  attribution: ({ responses, attributed, parts }) =>
    `${attributed} of ${responses} responses belong to a message${parts.length ? `; ${parts.join('; ')}.` : '.'}`,
  links: {
    unknownDecision: (share) => `${share} name a decision that nobody sent`,
    beforeSend: (share) => `${share} are earlier than their message`,
    afterWindow: (share) => `${share} are later than the window`,
    withoutDecision: (share) => `${share} touch an item that was sent, without naming the decision`,
  },
};
