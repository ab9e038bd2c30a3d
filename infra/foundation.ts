import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Resource } from './constructs/resource.ts';
import type { DeployedFunction } from './functions.ts';

/** What every function is built on. */
export interface Foundation {
  /** By the names that manifests use. */
  readonly resources: Readonly<Record<string, Resource>>;
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  /** What is wrong or remarkable right now, for the people who run the conference. */
  readonly operations: ITopic;
}

/** @throws when this deployment has no such resource */
export const resourceOf = ({ resources }: Foundation, name: string): Resource => {
  const found = resources[name];
  if (!found) throw new Error(`this deployment has no resource called ${name}`);
  return found;
};

/** @throws when there is no such function */
export const functionOf = ({ functions }: Foundation, name: string): DeployedFunction => {
  const found = functions.get(name);
  if (!found) throw new Error(`functions/${name}/index.ts is missing`);
  return found;
};
