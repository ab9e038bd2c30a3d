import { signal } from '@preact/signals';

export type SignIn =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out' }
  | { readonly kind: 'in'; readonly role: string };

export type Role = 'organizer' | 'viewer' | 'press';

const PATH = '/local/sign-in';
/** Renewed so long before its end, in ms. */
const EARLY_MS = 60_000;

interface Held {
  readonly token: string;
  readonly role: string;
  readonly until: number;
}

/** The token lives in this module's memory alone: no storage that another script or a thief could read. */
let held: Held | undefined;
export const signIn = signal<SignIn>({ kind: 'asking' });

const expiryOf = (token: string): number => {
  const claims: unknown = JSON.parse(
    atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
  );
  return typeof claims === 'object' && claims !== null && 'exp' in claims ? Number(claims.exp) * 1000 : 0;
};

const ask = async (path: string): Promise<void> => {
  const response = await fetch(path, { method: 'POST' });
  const answer: unknown = await response.json();
  if (!response.ok || typeof answer !== 'object' || answer === null || !('token' in answer)) {
    held = undefined;
    signIn.value = { kind: 'out' };
    return;
  }
  const token = String(answer.token);
  const role = 'role' in answer ? String(answer.role) : '';
  held = { token, role, until: expiryOf(token) };
  if (signIn.value.kind !== 'in') signIn.value = { kind: 'in', role };
};

/** Goes on where a reload ended it. */
export const resume = (): Promise<void> => ask(PATH);
export const take = (role: Role): Promise<void> => ask(`${PATH}?role=${role}`);
export const leave = async (): Promise<void> => {
  await fetch(PATH, { method: 'DELETE' });
  held = undefined;
  signIn.value = { kind: 'out' };
};

/** A token that is good for another minute. */
export const token = async (): Promise<string> => {
  if (!held || held.until - Date.now() < EARLY_MS) await resume();
  return held?.token ?? '';
};
