import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ScheduledDeps } from './deps.ts';

/** What a verification found, for the alarm on drift. */
export const verificationMetrics =
  (metrics: Metrics): ScheduledDeps['measured'] =>
  ({ checked, drifted }) => {
    metrics.addMetric('CountersVerified', MetricUnit.Count, checked);
    metrics.addMetric('CountersDrifted', MetricUnit.Count, drifted);
    metrics.publishStoredMetrics();
  };
