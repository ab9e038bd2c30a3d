import { fromEnv } from '@aws-sdk/credential-provider-env';

type Provider = ReturnType<typeof fromEnv>;

/**
 * Stands for the SDK's chain of credential providers in bundles (infra/bundle.ts): a function's role comes in its
 * environment, and the chain's other sources are a quarter of a bundle. Read once, as the chain does: the role's
 * credentials last as long as the environment that they came in.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const defaultProvider = (init?: Parameters<typeof fromEnv>[0]): Provider => {
  const read = fromEnv(init);
  let known: ReturnType<Provider> | undefined;
  return () => {
    known ??= read();
    return known;
  };
};
