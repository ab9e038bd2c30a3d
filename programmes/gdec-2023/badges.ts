import { type SeededRandom, seededRandom } from './seeded-random.ts';

type Category = 'delegate' | 'speaker' | 'vip' | 'press' | 'staff' | 'exhibitor';

/** One row of `POST …/badges`; the code is issued by the event's own key. */
export interface ProgrammeBadge {
  readonly badgeId: string;
  readonly category: Category;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly name: string;
}

const categoryShares: readonly (readonly [Category, number])[] = [
  ['delegate', 64],
  ['exhibitor', 12],
  ['staff', 9],
  ['speaker', 6],
  ['press', 6],
  ['vip', 3],
];

/** The host country, the guest of honour, the partner cities' countries, then others in small numbers. */
const countryShares: readonly (readonly [string, number])[] = [
  ['CN', 620],
  ['SG', 70],
  ...['AE', 'DK', 'GB', 'JP', 'KR', 'LK', 'MO', 'US'].map((code) => [code, 18] as const),
  ...['DE', 'FR', 'HK', 'ID', 'IN', 'MY', 'NP', 'PK', 'RU', 'TH'].map((code) => [code, 8] as const),
  ...['AU', 'BD', 'BR', 'CA', 'CH', 'CL', 'EG', 'ES', 'ET', 'FI', 'HU', 'IE', 'IL', 'IT', 'KE'].map(
    (code) => [code, 4] as const,
  ),
  ...[
    'KH',
    'KZ',
    'LA',
    'MA',
    'MN',
    'MX',
    'NG',
    'NL',
    'NO',
    'NZ',
    'PH',
    'PT',
    'RS',
    'SA',
    'SE',
    'UZ',
    'VN',
    'ZA',
  ].map((code) => [code, 3] as const),
];

const firstNames = [
  ...['Amber', 'Azure', 'Brisk', 'Bronze', 'Calm', 'Cobalt', 'Copper', 'Coral', 'Crimson', 'Dapper', 'Dusky'],
  ...[
    'Early',
    'Emerald',
    'Fabled',
    'Gentle',
    'Gilded',
    'Glassy',
    'Golden',
    'Hazel',
    'Indigo',
    'Ivory',
    'Jade',
  ],
  ...['Jolly', 'Lilac', 'Lively', 'Lunar', 'Maroon', 'Mellow', 'Misty', 'Mossy', 'Nimble', 'Ochre', 'Olive'],
  ...['Opal', 'Pearly', 'Placid', 'Plum', 'Quiet', 'Rapid', 'Rosy', 'Ruby', 'Russet', 'Saffron', 'Sandy'],
  ...['Scarlet', 'Silver', 'Sunny', 'Teal', 'Umber', 'Velvet', 'Violet', 'Witty'],
];
const lastNames = [
  ...[
    'Abacus',
    'Acorn',
    'Anchor',
    'Anvil',
    'Badger',
    'Banjo',
    'Beacon',
    'Biscuit',
    'Bobbin',
    'Bramble',
    'Candle',
  ],
  ...['Catkin', 'Compass', 'Cricket', 'Cymbal', 'Dormouse', 'Dulcimer', 'Easel', 'Falcon', 'Fiddle', 'Gable'],
  ...['Gannet', 'Goblet', 'Gondola', 'Hammock', 'Heron', 'Inkwell', 'Jigsaw', 'Kettle', 'Lantern', 'Lemur'],
  ...['Mandolin', 'Marmot', 'Mitten', 'Nutmeg', 'Ocelot', 'Otter', 'Paddle', 'Parasol', 'Pebble', 'Pelican'],
  ...[
    'Pulley',
    'Quill',
    'Rudder',
    'Sextant',
    'Spindle',
    'Sparrow',
    'Teapot',
    'Thimble',
    'Trellis',
    'Tumbler',
  ],
  ...['Turnip', 'Urchin', 'Valise', 'Walnut', 'Whistle', 'Wicket', 'Yarrow', 'Zephyr', 'Zither'],
];

const pickShare = <T>(random: SeededRandom, shares: readonly (readonly [T, number])[]): T => {
  const [value] = shares[random.weighted(shares.map(([, weight]) => weight))] ?? random.pick(shares);
  return value;
};

/**
 * Badges B-000001, B-000002, … of people who do not exist: the same for the same seed. The first badges
 * are one of each country and category, so that even a small number shows them all.
 */
export const generateBadges = ({ seed = 2023, count = 3000 } = {}): ProgrammeBadge[] => {
  const random = seededRandom(seed);
  const names = random.shuffle(firstNames.flatMap((first) => lastNames.map((last) => `${first} ${last}`)));
  return Array.from({ length: count }, (_, index) => {
    const category = categoryShares[index]?.[0] ?? pickShare(random, categoryShares);
    const country = countryShares[index]?.[0] ?? pickShare(random, countryShares);
    return {
      badgeId: `B-${String(index + 1).padStart(6, '0')}`,
      category,
      country: category === 'staff' && index >= countryShares.length ? 'CN' : country,
      name: names[index % names.length] ?? `Nobody ${index + 1}`,
    };
  });
};
