import { signal } from '@preact/signals';

export type SignIn =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out' }
  | { readonly kind: 'in'; readonly role: string };

export type Role = 'organizer' | 'viewer' | 'press';
const roles: readonly Role[] = ['organizer', 'press', 'viewer'];

const PATH = '/local/sign-in';
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
  held = now;
  if (!now) signIn.value = { kind: 'out' };
  else if (signIn.value.kind !== 'in') signIn.value = { kind: 'in', role: now.role };
};

const holding = (token: string, role: string, renewal?: string): Held => ({
  token,
  role,
  until: Number(claimsOf(token)['exp'] ?? 0) * 1000,
  renewal,
});

const ask = async (path: string): Promise<void> => {
  const response = await fetch(path, { method: 'POST' });
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

/** Goes on where a reload ended it, or where the sign-in pages have sent the browser back. */
export const resume = async (site: { readonly local: boolean }): Promise<void> => {
  isDeployed = !site.local;
  if (site.local) return ask(PATH);
  const { arrive } = await import('./oidc.ts');
  const granted = await arrive().catch(() => undefined);
  hold(granted && holding(granted.token, roleOf(granted.token), granted.renewal));
};

/** On the embedded host, without a password. */
export const take = (role: Role): Promise<void> => ask(`${PATH}?role=${role}`);

/** To the deployment's sign-in pages. */
export const depart = async (): Promise<void> => (await import('./oidc.ts')).depart();

/** How far somebody has just signed out. */
export type Farewell = 'here' | 'everywhere';
const LEFT = 'turnout-signed-out';
/** To be shown once. */
export const takeFarewell = (): Farewell | undefined => {
  const left = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  return left === 'here' || left === 'everywhere' ? left : undefined;
};

const goodbye = (how: Farewell): void => {
  sessionStorage.setItem(LEFT, how);
  hold(undefined);
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
  const granted = await renewed(renewal).catch(() => undefined);
  hold(granted && holding(granted.token, role, granted.renewal));
};

/** A token that is good for another minute. */
export const token = async (): Promise<string> => {
  if (held && held.until - Date.now() < EARLY_MS) await renew(held);
  return held?.token ?? '';
};
