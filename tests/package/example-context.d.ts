// Names that the examples in the declarations use besides the documented function.
import type { DurableRecommender, Decision, Experiment, ImpressionColumns, Interaction, Item, Recommender } from 'nextpick';
import type { PlannedMessage } from 'nextpick/operations';

declare global {
  const rec: Recommender;
  const durable: DurableRecommender;
  const items: Item[];
  const interactions: Interaction[];
  const impressions: ImpressionColumns;
  const decision: Decision;
  const experiment: Experiment;
  const file: Blob;
  const row: unknown;
  const message: PlannedMessage;
  const messages: PlannedMessage[];
}
