import { useState } from 'preact/hooks';
import { type CategoryLook, categoryLooks, lookOf } from '../../../shared/print/looks.ts';
import { count } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { linkTo, type ViewProps } from '../router.ts';
import { Choice } from './choice.tsx';
import { useGrowing } from './growing.ts';
import { type Badge, Label } from './label.tsx';
import { Waiting } from './trouble.tsx';

const formats = ['a4', 'roll', 'card'] as const;
type Format = (typeof formats)[number];
/** Labels that a browser lays out at once without making people wait. */
const PART = 200;
const PAGE = 1000;
/** What a screen shows of them. */
const AT_ONCE = 6;

type CategoryLooks = ReadonlyMap<string, CategoryLook>;

const sorted = (badges: readonly Badge[]): readonly Badge[] => {
  const nameOf = ({ name, badgeId: id }: Badge) => name ?? id;
  // Made once for thousands of names.
  const { compare } = new Intl.Collator();
  return badges
    .filter(({ revokedAt }) => revokedAt === null)
    .toSorted((a, b) => compare(nameOf(a), nameOf(b)));
};

/** All badges that are valid, by name, or one; until all have come, some of them. */
const useBadges = (badgeId: string | undefined) => {
  const { api, event } = useOrganizer();
  const params = { event };
  const pageOf = async (limit: number, cursor?: string) =>
    (await api.call('GET /v1/events/{event}/badges', { params, query: { limit, cursor } })).body;
  const looks = useLoaded(async (): Promise<CategoryLooks> => {
    const { body } = await api.call('GET /v1/events/{event}', { params });
    const own = body.categories.map(
      ({ id, title, colour }) =>
        [id, { title: inLanguage(title), colour: colour ?? lookOf(id).colour }] as const,
    );
    return new Map([...categoryLooks, ...own]);
  }, [event]);
  const some = useLoaded(
    async () => (badgeId ? undefined : sorted((await pageOf(AT_ONCE)).items)),
    [event, badgeId],
  );
  const all = useLoaded(async () => {
    if (badgeId) {
      const one = { params: { event, badge: badgeId } };
      return sorted([(await api.call('GET /v1/events/{event}/badges/{badge}', one)).body]);
    }
    const badges: Badge[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await pageOf(PAGE, cursor);
      badges.push(...items);
      cursor = nextCursor;
    } while (cursor !== undefined);
    return sorted(badges);
  }, [event, badgeId]);
  return {
    looks: looks.value,
    badges: all.value ?? some.value,
    isAll: all.value !== undefined,
    trouble: looks.trouble ?? all.trouble,
  };
};

/** Badges on sheets or on labels of a roll, to be printed by the browser. */
export const Print = ({ id: badgeId }: ViewProps) => {
  const { words } = useOrganizer();
  const [format, setFormat] = useState<Format>('a4');
  const [onlyNew, setOnlyNew] = useState(false);
  const [part, setPart] = useState(0);
  const { looks, badges, isAll, trouble } = useBadges(badgeId);
  const wanted = (badges ?? []).filter(({ reissuedAt }) => !onlyNew || reissuedAt !== null);
  const endOf = (index: number) => Math.min(wanted.length, (index + 1) * PART);
  const inPart = wanted.slice(part * PART, endOf(part));
  const shown = useGrowing(inPart.length, AT_ONCE);
  if (!looks || !badges || trouble !== undefined) return <Waiting trouble={trouble} />;
  const isGrowing = !isAll || shown < inPart.length;
  const parts = Array.from({ length: Math.ceil(wanted.length / PART) }, (_, index) => index);
  return (
    <>
      <div class="no-print">
        <p>
          <a href={badgeId ? linkTo('people', badgeId) : linkTo('people')}>{words.people}</a>
        </p>
        <h1>{words.printBadges}</h1>
        <div class="sheet">
          <div class="row">
            <Choice
              id="format"
              label={words.paper}
              options={formats.map((name) => [name, words.papers[name]])}
              onChoose={(name) => setFormat(formats.find((each) => each === name) ?? 'a4')}
            />
            {!badgeId && (
              <Choice
                id="which"
                label={words.whichBadges}
                options={[
                  ['all', words.allBadges],
                  ['new', words.onlyReissued],
                ]}
                onChoose={(name) => {
                  setOnlyNew(name === 'new');
                  setPart(0);
                }}
              />
            )}
            {parts.length > 1 && (
              <Choice
                id="part"
                label={words.part}
                options={parts.map((index) => [
                  String(index),
                  words.partOf(count(index * PART + 1), count(endOf(index)), count(wanted.length)),
                ])}
                onChoose={(index) => setPart(Number(index))}
              />
            )}
            <div class="field">
              <button
                type="button"
                class="main"
                disabled={wanted.length === 0 || isGrowing}
                onClick={() => print()}
              >
                {words.print}
              </button>
            </div>
          </div>
          <p class="soft">{isAll && wanted.length === 0 ? words.nothingToPrint : words.printHelp}</p>
        </div>
      </div>
      {/* A part of them on paper would look like all. */}
      <ul class={`labels ${format} ${isAll ? '' : 'no-print'}`} aria-busy={isGrowing}>
        {inPart.slice(0, shown).map((badge) => (
          <Label key={badge.badgeId} badge={badge} look={lookOf(badge.category, looks)} />
        ))}
      </ul>
    </>
  );
};
