import type { ProblemPlace } from '../../shared/contract/problem-details.ts';
import type { SessionPatch, SessionRow } from '../../shared/contract/programme.ts';
import type { EventRecord } from '../../shared/store/events.ts';

/** What an event calls things, and in which language first. */
export type EventWords = Pick<EventRecord, 'languages' | 'categories' | 'kinds'>;

type Titled<Row extends { title?: unknown }> = Omit<Row, 'title'> & { title: Record<string, string> };
export type TitledRow = Titled<SessionRow>;
export type TitledPatch = Omit<SessionPatch, 'title'> & Partial<Pick<TitledRow, 'title'>>;

/** A plain title is in the event's first language; what is stored in others stays. */
export const titleIn = (
  title: string | Record<string, string>,
  { languages: [first = 'en'] }: EventWords,
  stored: Readonly<Record<string, string>> = {},
): Record<string, string> => (typeof title === 'string' ? { ...stored, [first]: title } : title);

const list = (words: readonly { readonly id: string }[]) => words.map(({ id }) => id).join(', ');

/** Kinds and categories that the event does not have; only what a row gives is judged. */
export const unknownWords = (
  { kind, admission }: Pick<SessionPatch, 'kind' | 'admission'>,
  { kinds, categories }: EventWords,
): ProblemPlace[] => [
  ...(kind === undefined || kinds.some(({ id }) => id === kind)
    ? []
    : [{ pointer: '/kind', detail: `is no kind of this event, which has ${list(kinds)}` }]),
  ...(admission?.categories ?? []).flatMap((category, index) =>
    categories.some(({ id }) => id === category)
      ? []
      : [
          {
            pointer: `/admission/categories/${index}`,
            detail: `is no category of this event, which has ${list(categories)}`,
          },
        ],
  ),
];
