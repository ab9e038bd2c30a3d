/** What a store tells its caller; runtime/store-problems.ts says it over HTTP. */

/** There is no event of this name. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  constructor(event: string) {
    super(`There is no event ${event}`);
  }
}

/** Somebody else changed the record in between. */
export class StaleVersionError extends Error {
  override readonly name = 'StaleVersionError';
}

/** The engine would not take it even after several tries; the same request may be sent again. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError';
}
