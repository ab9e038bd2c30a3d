import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { Assembly, functionsOf, plain, variablesOf } from './assembly.ts';

const modes = z.array(z.object({ AuthType: z.string() }));

describe('the live channel and the watch', () => {
  const assembly = new Assembly(inject('assembly'));

  test('people get in by the authorizer alone, and only roles publish', () => {
    const [api] = assembly.all('AWS::AppSync::Api');
    expect(api?.properties['EventConfig']).toMatchObject({
      ConnectionAuthModes: [{ AuthType: 'AWS_LAMBDA' }],
      DefaultPublishAuthModes: [{ AuthType: 'AWS_IAM' }],
      DefaultSubscribeAuthModes: [{ AuthType: 'AWS_LAMBDA' }],
    });
    const [namespace] = assembly.all('AWS::AppSync::ChannelNamespace');
    expect(namespace?.properties['Name']).toBe('counts');
    expect(modes.parse(namespace?.properties['PublishAuthModes'])).toEqual([{ AuthType: 'AWS_IAM' }]);
    expect(modes.parse(namespace?.properties['SubscribeAuthModes'])).toEqual([{ AuthType: 'AWS_LAMBDA' }]);
  });

  test('a revoked viewer is out at the next subscription: no verdict is remembered', () => {
    const [api] = assembly.all('AWS::AppSync::Api');
    const { AuthProviders } = z
      .object({ AuthProviders: z.array(z.looseObject({ AuthType: z.string() })) })
      .parse(api?.properties['EventConfig']);
    expect(AuthProviders).toContainEqual({
      AuthType: 'AWS_LAMBDA',
      LambdaAuthorizerConfig: { AuthorizerResultTtlInSeconds: 0, AuthorizerUri: expect.anything() },
    });
  });

  test('what publishes and what tells clients where to listen name the same channel', () => {
    const settingOf = (name: string, setting: string) => {
      const resource = functionsOf(assembly).get(name);
      return resource && assembly.text(resource.stack, variablesOf(resource)[setting]);
    };
    expect(settingOf('count', 'LIVE_HTTP_URL')).toBe('https://TurnoutLive.Live.Dns.Http/event');
    expect(settingOf('attendance', 'LIVE_HTTP_URL')).toBe('https://TurnoutLive.Live.Dns.Http/event');
    expect(settingOf('attendance', 'LIVE_SOCKET_URL')).toBe(
      'wss://TurnoutLive.Live.Dns.Realtime/event/realtime',
    );
  });

  test('the watch sees counters, not what it has written itself', () => {
    const watch = functionsOf(assembly).get('watch');
    const mapping = assembly
      .all('AWS::Lambda::EventSourceMapping')
      .find(({ stack, properties }) =>
        assembly.text(stack, properties['FunctionName']).endsWith(plain(watch?.id ?? '?')),
      );
    expect(JSON.stringify(mapping?.properties['FilterCriteria'])).toContain('exists');
    expect(assembly.text(mapping?.stack ?? '', mapping?.properties['EventSourceArn'])).toBe(
      'TurnoutData.Counts.StreamArn',
    );
  });

  test('devices are looked after each minute, counts each quarter of an hour', () => {
    const schedules = assembly
      .all('AWS::Scheduler::Schedule')
      .filter(({ stack }) => stack === 'TurnoutWatch')
      .map(({ properties }) => [
        properties['ScheduleExpression'],
        z.object({ Input: z.string() }).parse(properties['Target']).Input,
      ]);
    expect(schedules.toSorted()).toEqual([
      ['rate(1 minute)', '{"task":"devices"}'],
      ['rate(15 minutes)', '{"task":"verify"}'],
    ]);
  });

  test('drift wakes somebody, and so does an hour without a verification', () => {
    const alarms = assembly
      .all('AWS::CloudWatch::Alarm')
      .filter(({ properties }) => properties['MetricName'] === 'CountersDrifted')
      .map(({ properties: { Namespace, Dimensions, Threshold, ComparisonOperator, TreatMissingData } }) => ({
        Namespace,
        Dimensions,
        Threshold,
        ComparisonOperator,
        TreatMissingData,
      }));
    const metric = { Namespace: 'Turnout', Dimensions: [{ Name: 'service', Value: 'watch' }] };
    expect(alarms).toEqual([
      {
        ...metric,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      },
      { ...metric, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' },
    ]);
  });
});
