import { expect, test } from 'vitest';
import { parseEndpoint, queueArn } from '../../functions/subscriptions/endpoint.ts';
import { privateHosts } from '../support/private-hosts.ts';

const deployed = { loopback: false, ownAccount: null, ownQueues: [] };

test('a deployed service would be made to call itself', () => {
  const endpoints = privateHosts.map((host) => `https://${host}/hook`);
  expect(endpoints.length).toBeGreaterThanOrEqual(80);
  for (const endpoint of [
    'http://127.0.0.1:8080/hook',
    'https://[fe80::1%25eth0]/hook',
    'https://localhost./hook',
    ...endpoints,
  ]) {
    expect(() => parseEndpoint('https', endpoint, deployed), endpoint).toThrow(/endpoint/);
  }
});

test('the local host would call machines of the neighbourhood', () => {
  const local = { ...deployed, loopback: true };
  expect(parseEndpoint('https', 'http://127.0.0.1:9000/hook', local)).toEqual({
    protocol: 'http',
    address: 'http://127.0.0.1:9000/hook',
    loopback: true,
  });
  for (const endpoint of ['http://192.168.1.5/hook', 'https://10.1.2.3/', 'http://hooks.example.org/']) {
    expect(() => parseEndpoint('https', endpoint, local), endpoint).toThrow(/endpoint/);
  }
});

test('one webhook would count as two because of its spelling', () => {
  for (const spelling of ['https://Hooks.Example.org', 'https://hooks.example.org:443/#top']) {
    expect(parseEndpoint('https', spelling, deployed).address).toBe('https://hooks.example.org/');
  }
});

test('announcements would be put into the queue of wake-ups', () => {
  const topic = 'arn:aws-cn:sns:cn-north-1:123456789012:operations';
  const own = queueArn('https://sqs.cn-north-1.amazonaws.com.cn/123456789012/due', topic);
  expect(own).toBe('arn:aws-cn:sqs:cn-north-1:123456789012:due');
  expect(() => parseEndpoint('sqs', own, { loopback: false, ownAccount: null, ownQueues: [own] })).toThrow(
    /of this service/,
  );
});
