import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { apiClient } from '../shared/client/api.ts';
import { baseUrlOf, type ConnectionOptions, namesIn } from './connection.ts';
import { Failure } from './failure.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html */
const ISSUER = /^https:\/\/cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([A-Za-z0-9_-]+)$/;

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EVENTS = /^(?:\*|[a-z0-9][a-z0-9-]{0,62})$/;

interface Pool {
  readonly cognito: CognitoIdentityProviderClient;
  readonly UserPoolId: string;
}

/** The deployment's user pool, by what it says of its sign-in; AWS credentials come from the environment. */
const poolOf = async (options: ConnectionOptions): Promise<Pool> => {
  const { issuer } = (await apiClient({ baseUrl: baseUrlOf(options) }).call('GET /v1/sign-in', {})).body;
  const [, region, UserPoolId] = ISSUER.exec(issuer) ?? [];
  if (!region || !UserPoolId)
    throw new Failure('This host has no user pool: everybody on its machine may sign in as anyone');
  return { cognito: new CognitoIdentityProviderClient({ region }), UserPoolId };
};

const named = (mail: string): string => {
  if (!MAIL.test(mail)) throw new Failure(`${mail} is no mail address`);
  return mail.toLowerCase();
};

/** Makes the person, their group and their events; again, it changes the events and adds the role. */
export const addOrganizer = async (
  mail: string,
  { events, role, ...options }: ConnectionOptions & { readonly events: string; readonly role: string },
): Promise<void> => {
  const Username = named(mail);
  const slugs = namesIn('--events', events);
  const wrong = slugs.find((slug) => !EVENTS.test(slug));
  if (wrong !== undefined) throw new Failure(`${wrong} is no event: a slug, or * for all`);
  const { cognito, UserPoolId } = await poolOf(options);
  const claim = { Name: 'custom:events', Value: slugs.join(' ') };
  let invited = true;
  try {
    const UserAttributes = [
      { Name: 'email', Value: Username },
      { Name: 'email_verified', Value: 'true' },
      claim,
    ];
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, DesiredDeliveryMediums: ['EMAIL'] }),
    );
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
    invited = false;
    await cognito.send(
      new AdminUpdateUserAttributesCommand({ UserPoolId, Username, UserAttributes: [claim] }),
    );
  }
  await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: role }));
  const how = invited ? 'is invited by mail: the password there is good for 3 days' : 'was known already';
  console.log(`${Username} ${how}; ${role} of ${slugs.join(', ')}`);
};

/** Signs a person out everywhere and lets them in no more; tokens that are out last an hour at most. */
export const removeOrganizer = async (mail: string, options: ConnectionOptions): Promise<void> => {
  const Username = named(mail);
  const { cognito, UserPoolId } = await poolOf(options);
  await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }));
  await cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }));
  console.log(`${Username} may sign in no more`);
};
