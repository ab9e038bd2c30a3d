import { parseArgs } from 'node:util';

const USAGE = `usage: npm run bench [-- --scan --pages --minutes N --planning --laptop --quick --json FILE --seed N --profile DIR --tests --strict]
  --scan         only a phone at the door, in Chromium: from the code to the verdict
  --pages        only the pages, in Chromium: first views, the wall while people come in, weights
  --minutes N    of people coming in, with --pages (default 1)
  --planning     only who gets an announcement: 100,000 subscribers against 10,000 (--quick: a tenth of both)
  --laptop       only how far one machine carries: doors by TLS at rising rates, then kill -9 in the middle
  --quick        small numbers, about a minute; the full run takes up to ten
  --json FILE    also as JSON
  --seed N       seed of badges and scans (default 2023)
  --profile DIR  CPU profiles of the hosts, written there
  --tests        also run npm test and time it
  --strict       fail when a budget is missed`;

/** What the command line asks for. */
export const readOptions = () => {
  const { values } = parseArgs({
    options: {
      scan: { type: 'boolean', default: false },
      pages: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '1' },
      planning: { type: 'boolean', default: false },
      laptop: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      seed: { type: 'string', default: '2023' },
      profile: { type: 'string' },
      tests: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number, not ${values.seed}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);
  return { ...values, seed, minutes };
};
