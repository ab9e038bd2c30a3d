import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { turnoutApp } from '../../infra/turnout-app.ts';
import type { Emulator } from './emulator.ts';
import { inShell } from './shell.ts';

const CDK = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));

/** What the emulator does not know, by type and with what stands for its attributes; all else is deployed as it is. */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::AppSync::Api': {
    ApiId: 'none',
    ApiArn: 'arn:aws:appsync:us-east-1:000000000000:apis/none',
    'Dns.Http': 'localhost',
    'Dns.Realtime': 'localhost',
  },
  'AWS::AppSync::ChannelNamespace': {
    ChannelNamespaceArn: 'arn:aws:appsync:us-east-1:000000000000:apis/none/channelNamespace/counts',
  },
};

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), DependsOn: z.array(z.string()).optional() }),
  ),
});
const attribute = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

const without = (
  value: unknown,
  attributes: ReadonlyMap<string, Readonly<Record<string, string>>>,
): unknown => {
  const { data } = attribute.safeParse(value);
  const [name = '', of = ''] = data?.['Fn::GetAtt'] ?? [];
  const stands = attributes.get(name)?.[of];
  if (stands !== undefined) return stands;
  if (Array.isArray(value)) return value.map((each) => without(each, attributes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, without(each, attributes)]));
};

/** @returns names of what was left out */
const leaveOut = async (file: string): Promise<string[]> => {
  const { Resources, ...rest } = template.parse(JSON.parse(await readFile(file, 'utf8')));
  const attributes = new Map(
    Object.entries(Resources).flatMap(([name, { Type }]) => {
      const stands = LEFT_OUT[Type];
      return stands ? [[name, stands] as const] : [];
    }),
  );
  const kept = Object.entries(Resources)
    .filter(([name]) => !attributes.has(name))
    .map(([name, { DependsOn, ...resource }]) => [
      name,
      { ...resource, ...(DependsOn && { DependsOn: DependsOn.filter((each) => !attributes.has(each)) }) },
    ]);
  await writeFile(
    file,
    JSON.stringify(without({ ...rest, Resources: Object.fromEntries(kept) }, attributes)),
  );
  return [...attributes.keys()];
};

const outputs = z.looseObject({
  TurnoutApi: z.looseObject({ BaseUrl: z.url() }),
  TurnoutIdentity: z.looseObject({ UserPoolId: z.string(), UserPoolClientId: z.string() }),
});

/** Synthesizes all stacks but the pages', and deploys them as `cdk` does. */
export const deploy = async ({ endpoint, env }: Emulator, folder: string, say: (line: string) => void) => {
  const assembly = join(folder, 'cdk.out');
  say('synthesizing');
  const { stacks } = (await turnoutApp({ outdir: assembly, dist: join(folder, 'dist') })).synth();
  const left = await leaveOut(join(assembly, 'TurnoutLive.template.json'));
  say(`deploying; the emulator does not know ${left.join(', ')}`);
  const file = join(folder, 'outputs.json');
  const cdk = (...args: string[]) => inShell(process.execPath, [CDK, ...args, '--app', assembly], env);
  await cdk('bootstrap', 'aws://000000000000/us-east-1');
  await cdk('deploy', '--all', '--require-approval', 'never', '--method', 'direct', '--outputs-file', file);
  const deployed = outputs.parse(JSON.parse(await readFile(file, 'utf8')));
  return {
    stacks: stacks.length,
    // Its own name for the API is one that no resolver knows.
    baseUrl: `${endpoint}/_aws/execute-api/${new URL(deployed.TurnoutApi.BaseUrl).hostname.split('.')[0]}/$default`,
    client: deployed.TurnoutIdentity.UserPoolClientId,
  };
};
