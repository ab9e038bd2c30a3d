import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';

/**
 * Puts what our authorizer reads into the access tokens of the user pool: `roles` from the person's groups, and
 * `events` (slugs, `*` for all) from the attribute `custom:events`. Someone without that attribute gets no event.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export const addClaims = (event: PreTokenGenerationV2TriggerEvent): PreTokenGenerationV2TriggerEvent => {
  const { groupConfiguration, userAttributes } = event.request;
  const roles = groupConfiguration.groupsToOverride ?? [];
  const events = (userAttributes['custom:events'] ?? '').split(/[\s,]+/).filter(Boolean);
  return {
    ...event,
    response: {
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: { roles: roles.join(' '), events: events.join(' ') },
        },
      },
    },
  };
};
