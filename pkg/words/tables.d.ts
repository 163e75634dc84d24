/**
 * Tables of words that each language has: texts, or functions of the values in a sentence. Internal to the package.
 */

/** Texts by code. */
export type Texts = Record<string, string>;

/** Number of units of time: `{ count: 6, unit: 'h' }`. */
export interface Span {
  count: number;
  unit: string;
}

/** Feature name, split: `trend.group.6h`. */
export interface ParsedFeature {
  family: string;
  parts: string[];
  span?: Span;
}

/** Values in the sentence of a reason. */
export interface ReasonValues {
  positive: boolean;
  code: string;
  feature: ParsedFeature;
  /** Period of the feature, in words. */
  span?: string;
  /** Age of the item, in words. */
  age?: string;
  facet?: string;
  /** Title of the item that the reason derives from. */
  from?: string;
  /** Number of items that it derives from, at least 1. */
  items: number;
  /** Name of the member that it derives from. */
  member?: string;
  /** Number of members that it derives from. */
  members?: number;
  whose: 'user' | 'group';
}

/** Values in the heading of a feature. */
export interface FeatureValues {
  parts: string[];
  span?: string;
  namespaces: Texts;
}

/** Words of a language for decisions, features, journeys and plans. */
export interface Words {
  quoted: (title: string) => string;
  span: (span: Span) => string;
  facet: (namespace: string, value: string) => string;
  byMember: (sentence: string, name: string) => string;
  until: (sentence: string, time: string) => string;
  age: (age: Span) => string;
  namespaces: Texts;
  values: Record<string, Texts>;
  kinds: Texts;
  reasons: Record<string, (values: ReasonValues) => string>;
  refusals: Texts;
  /** Rules of the operator, by name. */
  rules: Record<string, (name: string) => string>;
  /** Facts of a decision in addition to its picks. */
  decision: {
    step: (values: { journey: string; step: string; time: string; reference?: string }) => string;
    variant: (experiment: string, variant: string) => string;
    unmetQuota: (name: string) => string;
  };
  planStates: Texts;
  planFlags: Texts;
  silences: Texts;
  journeys: Texts;
  features: Record<string, (values: FeatureValues) => string>;
}

/** Values in the sentence of a comparison of two variants. */
export interface ComparisonValues {
  verdict: string;
  variant: string;
  control?: string;
  /** Difference that matters, in percent. */
  effect: string;
  metric: string;
  lift: string;
  range?: string;
  guardrails: string;
}

/** Values in the sentence of a reason of an experiment's verdict. */
export interface VerdictValues {
  observed: string;
  expected: string;
  share: string;
}

/** Words of a language for the results of studies. */
export interface ResultWords {
  between: (range: string[]) => string;
  comparison: Record<string, (values: ComparisonValues) => string>;
  unknown: (values: ComparisonValues) => string;
  reasons: Record<string, string | ((values: VerdictValues) => string)>;
  list: (parts: string[]) => string;
  space: string;
  noResponses: string;
  attribution: (values: { responses: string; attributed: string; parts: string[] }) => string;
  links: Record<Links, (share: string) => string>;
}

/** Counts of responses that belong to no message. */
export type Links = 'unknownDecision' | 'beforeSend' | 'afterWindow' | 'withoutDecision';

/** Outcome and level of an off-policy evaluation, in words. */
export interface OutcomeValues {
  outcome: string;
  outcomes: string;
  level: string;
}

/** Values in the sentence of an answer: percentages. */
export interface LiftValues extends OutcomeValues {
  lift: string;
  low: string;
  high: string;
}

/** Values in the sentence of a refusal. */
export interface RefusalValues extends OutcomeValues {
  path?: string;
  unsupported?: string;
  items: string;
  failed: string;
  decisions: string;
  count: string;
  effective: string;
  halfWidth?: string;
}

/** Values in the advice to explore. */
export interface AdviceValues extends OutcomeValues {
  temperature: number;
  cost: string;
  perWeek: string;
  halfWidth: string;
  weeks: string;
}

/** Words of a language for reports of off-policy evaluation. */
export interface OffPolicyWords {
  space: string;
  list: (names: string[]) => string;
  outcome: (outcome: Outcome) => string;
  outcomes: (outcome: Outcome) => string;
  more: (values: LiftValues) => string;
  less: (values: LiftValues) => string;
  noDifference: (values: OutcomeValues & { low: string; high: string }) => string;
  unsupported: (values: { share: string }) => string;
  close: (values: { share: string }) => string;
  later: string;
  advice: (values: AdviceValues) => string;
  tooLarge: string;
  refusals: Record<string, (values: RefusalValues) => string>;
}

/** Outcome of an off-policy evaluation: a kind, or weights by kind. */
export type Outcome = string | Readonly<Record<string, number>>;
