interface Seated {
  readonly venueId: string;
  readonly roomId: string | null;
  readonly admission: { readonly capacity: number | null };
}

interface Rooms {
  readonly venues: readonly {
    readonly venueId: string;
    readonly rooms: readonly { readonly roomId: string; readonly capacity?: number | null | undefined }[];
  }[];
}

/** How many a session holds: admission's own capacity, else its room's; null where neither is known. */
export const capacityOf = ({ venueId, roomId, admission }: Seated, { venues }: Rooms): number | null =>
  admission.capacity ??
  venues.find((venue) => venue.venueId === venueId)?.rooms.find((room) => room.roomId === roomId)?.capacity ??
  null;
