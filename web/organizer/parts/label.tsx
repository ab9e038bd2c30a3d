import encodeQR from 'qr';
import type { ApiBody } from '../../../shared/client/api.ts';
import type { CategoryLook } from '../../../shared/print/looks.ts';

export type Badge = ApiBody<'GET /v1/events/{event}/badges'>['items'][number];

/** A badge as it is printed; scanners want the four empty modules around the code. */
export const Label = ({ badge, look }: { badge: Badge; look: CategoryLook }) => (
  <li class="label">
    <div class="band" style={{ backgroundColor: look.colour }}>
      {look.title}
    </div>
    <div class="who">
      <strong>{badge.name ?? badge.badgeId}</strong>
      {badge.company && <span>{badge.company}</span>}
    </div>
    <img
      alt=""
      src={`data:image/svg+xml,${encodeURIComponent(encodeQR(badge.code, 'svg', { ecc: 'medium', border: 4 }))}`}
    />
    <div class="foot">{[badge.badgeId, badge.country].filter(Boolean).join(' ')}</div>
  </li>
);
