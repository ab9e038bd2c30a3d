import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { addClaims } from '../../functions/token-claims/token-claims.ts';

const aSignIn = (groups: string[], attributes: Record<string, string>): PreTokenGenerationV2TriggerEvent => ({
  version: '2',
  region: 'us-east-1',
  userPoolId: 'us-east-1_example',
  userName: 'someone',
  triggerSource: 'TokenGeneration_Authentication',
  callerContext: { awsSdkVersion: '3', clientId: 'client' },
  request: {
    userAttributes: attributes,
    groupConfiguration: { groupsToOverride: groups },
    scopes: [],
  },
  response: { claimsAndScopeOverrideDetails: {} },
});

const claimsOf = (event: PreTokenGenerationV2TriggerEvent) =>
  addClaims(event).response.claimsAndScopeOverrideDetails?.accessTokenGeneration?.claimsToAddOrOverride;

describe('a person who signs in', () => {
  it('may do what their groups may, in their events only', () => {
    expect(claimsOf(aSignIn(['organizer', 'press'], { 'custom:events': 'gdec-2023, other-event' }))).toEqual({
      roles: 'organizer press',
      events: 'gdec-2023 other-event',
    });
  });

  it('without an event may work for none', () => {
    expect(claimsOf(aSignIn(['organizer'], {}))).toEqual({ roles: 'organizer', events: '' });
  });
});
