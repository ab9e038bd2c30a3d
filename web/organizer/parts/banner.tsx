import { seconds } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';
import { ageOf } from '../store/urgency.ts';

/** Says when the page was last told anything, and shouts when it no longer is. */
export const Banner = () => {
  const { words, board } = useOrganizer();
  const heardAt = board.heardAt.value;
  const link = board.link.value;
  const age = ageOf(heardAt, board.now.value);
  const asOf = heardAt === null ? words.nothingYet : words.asOf(seconds(heardAt));
  const isDown = link.kind === 'waiting' || link.kind === 'refused' || (age === 'stale' && heardAt !== null);
  return (
    <div
      class={`banner ${isDown ? 'down' : age}`}
      role={isDown ? 'alert' : 'status'}
      aria-live={isDown ? 'assertive' : 'off'}
    >
      {isDown ? (
        <strong>{link.kind === 'refused' ? words.problems['unauthorized'] : words.downBanner}</strong>
      ) : (
        <span>{link.kind === 'live' ? words.live : words.connecting}</span>
      )}
      <span class="as-of">{asOf}</span>
    </div>
  );
};
