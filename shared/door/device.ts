import { Problem } from '../contract/problem.ts';
import type { DevicePrincipal, Principal } from '../runtime/principal.ts';

/** @throws {Problem} `forbidden` to anyone but a device */
export const deviceOf = (principal: Principal): DevicePrincipal => {
  if (principal.kind !== 'device') throw new Problem('forbidden', 'Only a paired device may send scans');
  return principal;
};
