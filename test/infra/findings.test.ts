import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { turnoutApp } from '../../infra/turnout-app.ts';
import { synthesize } from './assembly.ts';

const metadataSchema = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), data: z.unknown().optional() })),
);
const acknowledged = z.record(z.string(), z.string());

describe('cdk-nag and AWS’s rules for templates', () => {
  let folder: string;
  let remove: () => void;

  beforeAll(() => {
    // Fails when there is a finding that nobody has answered.
    ({ folder, remove } = synthesize({ validate: true, pages: true }));
  });
  afterAll(() => remove?.());

  test('no finding is left without a written reason', () => {
    const report = z
      .object({ pluginReports: z.array(z.unknown()) })
      .parse(JSON.parse(readFileSync(join(folder, 'cdk.out', 'validation-report.json'), 'utf8')));
    expect(report.pluginReports).toEqual([]);
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

  test('a topic that takes messages in clear would not be deployed: the pack is really asked', async () => {
    const places = mkdtempSync(join(tmpdir(), 'turnout-findings-'));
    try {
      const app = await turnoutApp({ outdir: join(places, 'cdk.out'), dist: join(places, 'dist') });
      new Topic(new Stack(app, 'Careless'), 'Topic');
      expect(() => app.synth()).toThrow(/AwsSolutions-SNS3/);
    } finally {
      rmSync(places, { recursive: true, force: true });
    }
  });
});
