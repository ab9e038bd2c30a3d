import { useState } from 'preact/hooks';
import { categoryLooks, lookOf } from '../../../shared/print/looks.ts';
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
const AT_ONCE = 12;
/** Thousands of names: an order that is made once. */
const { compare } = new Intl.Collator();

/** All badges that are valid, by name; or one. */
const useBadges = (badgeId: string | undefined) => {
  const { api, event } = useOrganizer();
  return useLoaded(async () => {
    const params = { event };
    const { body } = await api.call('GET /v1/events/{event}', { params });
    const own = body.categories.map(
      ({ id, title, colour }) =>
        [id, { title: inLanguage(title), colour: colour ?? lookOf(id).colour }] as const,
    );
    const looks = new Map([...categoryLooks, ...own]);
    if (badgeId) {
      const one = await api.call('GET /v1/events/{event}/badges/{badge}', {
        params: { event, badge: badgeId },
      });
      return { looks, badges: [one.body].filter(({ revokedAt }) => revokedAt === null) };
    }
    const badges: Badge[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: PAGE, cursor };
      const answer = await api.call('GET /v1/events/{event}/badges', { params, query });
      badges.push(...answer.body.items.filter(({ revokedAt }) => revokedAt === null));
      cursor = answer.body.nextCursor;
    } while (cursor !== undefined);
    const nameOf = ({ name, badgeId: id }: Badge) => name ?? id;
    return { looks, badges: badges.toSorted((a, b) => compare(nameOf(a), nameOf(b))) };
  }, [event, badgeId]);
};

/** Badges on sheets or on labels of a roll, to be printed by the browser. */
export const Print = ({ id: badgeId }: ViewProps) => {
  const { words } = useOrganizer();
  const [format, setFormat] = useState<Format>('a4');
  const [onlyNew, setOnlyNew] = useState(false);
  const [part, setPart] = useState(0);
  const { value, trouble } = useBadges(badgeId);
  const wanted = value?.badges.filter(({ reissuedAt }) => !onlyNew || reissuedAt !== null) ?? [];
  const endOf = (index: number) => Math.min(wanted.length, (index + 1) * PART);
  const inPart = wanted.slice(part * PART, endOf(part));
  const shown = useGrowing(inPart.length, AT_ONCE);
  if (!value) return <Waiting trouble={trouble} />;
  const isGrowing = shown < inPart.length;
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
          <p class="soft">{wanted.length === 0 ? words.nothingToPrint : words.printHelp}</p>
        </div>
      </div>
      <ul class={`labels ${format}`} aria-busy={isGrowing}>
        {inPart.slice(0, shown).map((badge) => (
          <Label key={badge.badgeId} badge={badge} look={lookOf(badge.category, value.looks)} />
        ))}
      </ul>
    </>
  );
};
