import { signal } from '@preact/signals';
import type { Granted } from './oidc.ts';

export type SignIn =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out' }
  | { readonly kind: 'in'; readonly role: string }
  /** No token is accepted any more; what is on the page may still be wanted. */
  | { readonly kind: 'ended'; readonly role: string };

export type Role = 'organizer' | 'viewer' | 'press';
const roles: readonly Role[] = ['organizer', 'press', 'viewer'];

const PATH = '/local/sign-in';
/** What is to be said where nobody is signed in. */
const LEFT = 'turnout-signed-out';
/** Renewed so long before its end, in ms. */
const EARLY_MS = 60_000;

interface Held {
  readonly token: string;
  readonly role: string;
  readonly until: number;
  /** Of a deployment's sign-in. */
  readonly renewal?: string | undefined;
}

/** The token lives in this module's memory alone: no storage that another script or a thief could read. */
let held: Held | undefined;
/** Whether people sign in by the issuer's pages. */
let isDeployed = false;
export const signIn = signal<SignIn>({ kind: 'asking' });

const claimsOf = (token: string): Readonly<Record<string, unknown>> => {
  const claims: unknown = JSON.parse(
    atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
  );
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
};

const hold = (now: Held | undefined): void => {
  const { value } = signIn;
  held = now;
  if (now) {
    if (value.kind !== 'in') signIn.value = { kind: 'in', role: now.role };
  } else if (value.kind === 'in') signIn.value = { kind: 'ended', role: value.role };
  else if (value.kind === 'asking') signIn.value = { kind: 'out' };
};

/** The API takes the token no more. */
export const refused = (): void => hold(undefined);

const holding = (token: string, role: string, renewal?: string): Held => ({
  token,
  role,
  until: Number(claimsOf(token)['exp'] ?? 0) * 1000,
  renewal,
});

const ask = async (path: string): Promise<void> => {
  const response = await fetch(path, { method: 'POST' });
  if (response.status >= 500) throw new Error(`${path} answered ${response.status}`);
  const answer: unknown = await response.json();
  if (!response.ok || typeof answer !== 'object' || answer === null || !('token' in answer))
    return hold(undefined);
  hold(holding(String(answer.token), 'role' in answer ? String(answer.role) : ''));
};

/** What a deployment's token lets its bearer do most. */
const roleOf = (token: string): string => {
  const claimed = claimsOf(token)['roles'];
  const names = Array.isArray(claimed) ? claimed.map(String) : String(claimed ?? '').split(/[\s,[\]]+/);
  return roles.find((role) => names.includes(role)) ?? '';
};

const heldBy = ({ token, renewal }: Granted): Held => holding(token, roleOf(token), renewal);

/** Goes on where a reload ended it, or where the sign-in pages have sent the browser back. */
export const resume = async (site: { readonly local: boolean }): Promise<void> => {
  isDeployed = !site.local;
  if (site.local) return ask(PATH);
  const { arrive } = await import('./oidc.ts');
  const granted = await arrive().catch(() => undefined);
  if (granted === 'beside') sessionStorage.setItem(LEFT, granted);
  hold(granted && granted !== 'beside' ? heldBy(granted) : undefined);
};

/** On the embedded host, without a password. */
export const take = (role: Role): Promise<void> => ask(`${PATH}?role=${role}`);

/** To the deployment's sign-in pages. */
export const depart = async (): Promise<void> => (await import('./oidc.ts')).depart();

/** Once more on a page that stays as it is; at a deployment in a window of its own. @param role that had ended */
export const again = async (role: string): Promise<void> => {
  if (!isDeployed) return take(roles.find((name) => name === role) ?? 'viewer');
  // Before anything is awaited: later it would be a window that nobody has asked for.
  const beside = open('about:blank');
  if (!beside) return depart();
  const { grantBeside } = await import('./oidc.ts');
  hold(heldBy(await grantBeside(beside)));
};

/** How far somebody has just signed out, or that another window has the sign-in that this one was for. */
export type Farewell = 'here' | 'everywhere' | 'beside';
const farewells: readonly Farewell[] = ['here', 'everywhere', 'beside'];
/** To be shown once. */
export const takeFarewell = (): Farewell | undefined => {
  const left = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  return farewells.find((name) => name === left);
};

const goodbye = (how: Farewell): void => {
  sessionStorage.setItem(LEFT, how);
  held = undefined;
  signIn.value = { kind: 'out' };
};

/** Signs out here and where the sign-in came from. */
export const leave = async (): Promise<void> => {
  const renewal = held?.renewal;
  held = undefined;
  if (!isDeployed) {
    const isDone = await fetch(PATH, { method: 'DELETE' }).then(
      ({ ok }) => ok,
      () => false,
    );
    return goodbye(isDone ? 'everywhere' : 'here');
  }
  const { departForGood } = await import('./oidc.ts');
  sessionStorage.setItem(LEFT, 'everywhere');
  const isLeaving = await departForGood(renewal).catch(() => false);
  if (!isLeaving) goodbye('here');
};

const renew = async ({ role, renewal }: Held): Promise<void> => {
  if (renewal === undefined) return ask(PATH);
  const { renewed } = await import('./oidc.ts');
  const granted = await renewed(renewal);
  hold(granted && holding(granted.token, role, granted.renewal));
};

/** A token that is good for another minute. */
export const token = async (): Promise<string> => {
  // Without a network nothing has ended: what is asked with the old token says so.
  if (held && held.until - Date.now() < EARLY_MS) await renew(held).catch(() => undefined);
  return held?.token ?? '';
};
