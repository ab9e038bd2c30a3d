import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addOrganizer, removeOrganizer } from '../../cli/organizers.ts';

// A user pool is AWS's alone: no engine here has one.
const cognito = mockClient(CognitoIdentityProviderClient);
const UserPoolId = 'eu-central-1_Abc123';
const at = { url: 'https://turnout.example.org' };

beforeEach(() => {
  cognito.reset();
  cognito.onAnyCommand().resolves({});
  vi.spyOn(console, 'log').mockReturnValue();
  vi.stubGlobal('fetch', async (url: string | URL) => {
    expect(String(url)).toBe('https://turnout.example.org/v1/sign-in');
    return Response.json({
      issuer: `https://cognito-idp.eu-central-1.amazonaws.com/${UserPoolId}`,
      clientId: 'c1',
    });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the first organizer of a deployment', () => {
  test('is invited, with the claim of events and the group that tokens are made of', async () => {
    await addOrganizer('Ada@Example.org', { ...at, events: 'gdec-2023, gdec-2024', role: 'organizer' });
    const [created] = cognito.commandCalls(AdminCreateUserCommand);
    expect(created?.args[0].input).toMatchObject({
      UserPoolId,
      Username: 'ada@example.org',
      UserAttributes: expect.arrayContaining([{ Name: 'custom:events', Value: 'gdec-2023 gdec-2024' }]),
    });
    const [grouped] = cognito.commandCalls(AdminAddUserToGroupCommand);
    expect(grouped?.args[0].input).toEqual({
      UserPoolId,
      Username: 'ada@example.org',
      GroupName: 'organizer',
    });
  });

  test('who is there already gets the events and the role, and no second invitation', async () => {
    cognito
      .on(AdminCreateUserCommand)
      .rejects(new UsernameExistsException({ message: 'known', $metadata: {} }));
    await addOrganizer('ada@example.org', { ...at, events: '*', role: 'press' });
    const [changed] = cognito.commandCalls(AdminUpdateUserAttributesCommand);
    expect(changed?.args[0].input.UserAttributes).toEqual([{ Name: 'custom:events', Value: '*' }]);
    expect(cognito.commandCalls(AdminAddUserToGroupCommand)).toHaveLength(1);
  });

  test.each([
    ['ada', 'gdec-2023'],
    ['ada@example.org', 'GDEC 2023'],
    ['ada@example.org', 'a,,b'],
  ])('a slip of the pen invites nobody: %s for %s', async (mail, events) => {
    await expect(addOrganizer(mail, { ...at, events, role: 'organizer' })).rejects.toThrow();
    expect(cognito.calls()).toHaveLength(0);
  });

  test('who leaves is signed out everywhere', async () => {
    await removeOrganizer('ada@example.org', at);
    expect(cognito.commandCalls(AdminDisableUserCommand)).toHaveLength(1);
    expect(cognito.commandCalls(AdminUserGlobalSignOutCommand)).toHaveLength(1);
  });
});
