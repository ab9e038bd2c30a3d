/** Services whose actions functions may be allowed, by their names in IAM. */
export type Service =
  | 'dynamodb'
  | 'sqs'
  | 'sns'
  | 'kms'
  | 'secretsmanager'
  | 'appsync'
  | 'cognito-idp'
  | 'ses'
  | 'iam'
  | 'execute-api';

/** Something that functions use: said once, by the stack that makes it. */
export interface Resource {
  readonly service: Service;
  readonly arn: string;
  /** The settings by which a function is told of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of a table's stream, where it has one. */
  readonly stream?: string;
  /** Narrows every permission on it; in IAM's words. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The finding of cdk-nag that a wildcard in its name is, and why it is safe. */
  readonly wildcard?: { readonly id: string; readonly reason: string };
}

/** Keeps names as types: a manifest that asks for a resource, setting or action that is not there doesn't compile. */
export const resource = <const Made extends Resource>(made: Made): Made => made;
