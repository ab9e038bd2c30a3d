import { count } from '../../common/format.ts';
import type { SessionRow } from '../store/board.ts';
import { fillOf } from '../store/urgency.ts';

export const Fill = ({ row }: { row: Pick<SessionRow, 'inside' | 'capacity'> }) => {
  const percent = Math.min(100, Math.round(fillOf(row) * 100));
  return (
    <div class="gauge">
      <span class="inside">{count(row.inside)}</span>
      {row.capacity !== null && <span class="soft"> / {count(row.capacity)}</span>}
      {row.capacity !== null && (
        <div class="track" aria-hidden="true">
          <div
            class={`fill ${percent >= 100 ? 'full' : percent >= 85 ? 'filling' : ''}`}
            style={{ inlineSize: `${percent}%` }}
          />
        </div>
      )}
    </div>
  );
};
