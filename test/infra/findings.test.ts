import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { turnoutApp } from '../../infra/turnout-app.ts';
import { buildPages } from './assembly.ts';

const metadataSchema = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), data: z.unknown().optional() })),
);
const acknowledged = z.record(z.string(), z.string());

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      violations: z.array(
        z.object({ violatingConstructs: z.array(z.object({ constructPath: z.string() })).min(1) }),
      ),
    }),
  ),
});

describe('cdk-nag and AWS’s rules for templates', () => {
  let folder: string;
  let refused: unknown;

  // One synthesis, which takes its time: the deployment, and a careless stack beside it.
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'turnout-findings-'));
    const app = await turnoutApp({
      outdir: join(folder, 'cdk.out'),
      dist: join(folder, 'dist'),
      pages: buildPages(folder),
    });
    const careless = new Stack(app, 'Careless');
    new Topic(careless, 'Topic');
    new CfnQueue(careless, 'Queue', { delaySeconds: 100_000 });
    try {
      app.synth();
    } catch (error) {
      refused = error;
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('what breaks a rule is not deployed: cdk-nag and AWS are both really asked', () => {
    expect(String(refused)).toMatch(/AwsSolutions-SNS3/);
    expect(String(refused)).toMatch(/DelaySeconds: 100000 is greater than the maximum/);
  });

  test('no finding is left without a written reason', () => {
    const { pluginReports } = reportSchema.parse(
      JSON.parse(readFileSync(join(folder, 'cdk.out', 'validation-report.json'), 'utf8')),
    );
    const found = pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => constructPath),
      ),
    );
    expect(found.filter((path) => !path.startsWith('Careless/'))).toEqual([]);
  });

  test('each reason says something: whole sentences, and why it is safe here', () => {
    const assembly = join(folder, 'cdk.out');
    const reasons = readdirSync(assembly)
      .filter((file) => file.endsWith('.metadata.json'))
      .flatMap((file) =>
        Object.entries(metadataSchema.parse(JSON.parse(readFileSync(join(assembly, file), 'utf8')))),
      )
      .flatMap(([path, entries]) =>
        entries
          .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
          .flatMap(({ data }) =>
            Object.entries(acknowledged.parse(data)).map(([id, reason]) => ({ path, id, reason })),
          ),
      );
    const rules = [
      ...new Set(reasons.map(({ id }) => id.replace(/^.*::(?=AwsSolutions)/, '').replace(/\[.*/, ''))),
    ];
    console.log(
      `cdk-nag: 0 findings without a reason, ${reasons.length} with one (${rules.toSorted().join(', ')})`,
    );
    expect(reasons.length).toBeGreaterThan(0);
    for (const { reason } of reasons) expect(reason).toMatch(/^[A-Z].{50,}\.$/);
  });
});
