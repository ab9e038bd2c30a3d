import type { ComponentChildren } from 'preact';

export interface Column<R> {
  readonly title: string;
  readonly cell: (row: R) => ComponentChildren;
  /** `num` for numbers, which stand on the right. */
  readonly kind?: 'num' | 'no-print';
  /** Further classes of a cell. */
  readonly look?: (row: R) => string;
}

/** More columns than fit a phone: there each row stands as a card, its fields under each other by their names. */
const MANY = 3;

interface TableOf<R> {
  readonly caption: string;
  /** Where a heading above says the same. */
  readonly hideCaption?: boolean;
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly columns: readonly Column<R>[];
  /** Scrolls in itself instead of making the page long. */
  readonly long?: boolean;
}

export const Table = <R,>({
  caption,
  hideCaption = false,
  rows,
  keyOf,
  columns,
  long = false,
}: TableOf<R>) => (
  <section
    class={long ? 'scroll long' : 'scroll'}
    // What scrolls has to be reached by the keyboard, and then says what it is.
    aria-label={long ? caption : undefined}
    tabIndex={long ? 0 : undefined}
  >
    <table class={columns.length > MANY ? 'cards' : ''}>
      <caption class={hideCaption ? 'hidden' : ''}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ title, kind = '' }) => (
            <th scope="col" class={kind} key={title}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, kind = '', look }) => (
              <td class={`${kind} ${look?.(row) ?? ''}`.trim()} data-label={title} key={title}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
