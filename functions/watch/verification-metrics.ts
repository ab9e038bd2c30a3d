import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ScheduledDeps } from './deps.ts';

/** What a verification found, for the alarms on drift and on counters that stand still. */
export const verificationMetrics =
  (metrics: Metrics): ScheduledDeps['measured'] =>
  ({ checked, drifted, stalled }) => {
    metrics.addMetric('CountersVerified', MetricUnit.Count, checked);
    metrics.addMetric('CountersDrifted', MetricUnit.Count, drifted);
    metrics.addMetric('CountersStalled', MetricUnit.Count, stalled);
    metrics.publishStoredMetrics();
  };
