import { useMemo } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { badgeCode } from '../../../shared/print/badge-code.ts';
import type { CategoryLook } from '../../../shared/print/looks.ts';

export type Badge = ApiBody<'GET /v1/events/{event}/badges'>['items'][number];

/** Part of the page: as a picture it would be a document of its own, 200 times. */
const Code = ({ code }: { code: string }) => {
  // The list grows by being drawn again and again.
  const { side, path } = useMemo(() => {
    const { side, dark } = badgeCode(code);
    return {
      side,
      path: dark.map(({ column, row, length }) => `M${column} ${row}h${length}v1h-${length}z`).join(''),
    };
  }, [code]);
  return (
    <svg viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges" aria-hidden="true">
      <path d={path} />
    </svg>
  );
};

/** A badge as it is printed. */
export const Label = ({ badge, look }: { badge: Badge; look: CategoryLook }) => (
  <li class="label">
    <div class="band" style={{ backgroundColor: look.colour }}>
      {look.title}
    </div>
    <div class="who">
      <strong>{badge.name ?? badge.badgeId}</strong>
      {badge.company && <span>{badge.company}</span>}
    </div>
    <Code code={badge.code} />
    <div class="foot">{[badge.badgeId, badge.country].filter(Boolean).join(' ')}</div>
  </li>
);
