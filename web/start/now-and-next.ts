import type { ApiBody } from '../../shared/client/api.ts';

export type Programme = ApiBody<'GET /v1/events/{event}/programme'>;
type Session = Programme['sessions'][number];
type Venue = Programme['venues'][number];

export interface VenueBoard {
  readonly venue: Venue;
  readonly now: readonly Session[];
  readonly next: readonly Session[];
}

const ms = (time: string): number => Date.parse(time);

/** What is on at each venue, and what begins next there: as many sessions as begin together, at most `most`. */
export const nowAndNext = ({ venues, sessions }: Programme, at: number, most = 3): VenueBoard[] =>
  venues.map((venue) => {
    const here = sessions
      .filter(({ venueId, cancelled }) => venueId === venue.venueId && !cancelled)
      .toSorted((a, b) => ms(a.startsAt) - ms(b.startsAt));
    return {
      venue,
      now: here.filter(({ startsAt, endsAt }) => ms(startsAt) <= at && at < ms(endsAt)),
      next: here.filter(({ startsAt }) => ms(startsAt) > at).slice(0, most),
    };
  });
