import { describe, expect, test } from 'vitest';
import { judgeRows } from '../../shared/import/badge-rows.ts';
import { countryCode } from '../../shared/import/country.ts';
import { readRegistration } from '../../shared/import/registration.ts';

// People have a list from the system that sold their tickets. It becomes badges without being edited by hand.

const values = (csv: string, options?: Parameters<typeof readRegistration>[1]) => {
  const { rows } = readRegistration(csv, options);
  expect(judgeRows(rows).flatMap(({ errors }) => errors)).toEqual([]);
  return rows.map(({ value }) => value);
};

describe('a list as its system exports it', () => {
  test('pretix: one of several positions of an order, with the attendee’s company', () => {
    const csv = `"Order code";"Position ID";"Status";"Email";"Product";"Variation";"Attendee name";"Attendee name: Given name";"Company";"Country";"Company"
"ABCDE";"1";"paid";"a@example.org";"Conference ticket";"";"Ada Lovelace";"Ada";"Analytical Engines";"GB";"Invoice Ltd"
"ABCDE";"2";"paid";"a@example.org";"VIP";"";"王小明";"小明";"北京数字公司";"CN";"Invoice Ltd"
"FGHIJ";"1";"canceled";"b@example.org";"Conference ticket";"";"Bob";"Bob";"";"";""
`;
    expect(values(csv)).toEqual([
      {
        badgeId: 'ABCDE-1',
        category: 'delegate',
        country: 'GB',
        name: 'Ada Lovelace',
        company: 'Analytical Engines',
      },
      { badgeId: 'ABCDE-2', category: 'vip', country: 'CN', name: '王小明', company: '北京数字公司' },
    ]);
    const { source, leftOut } = readRegistration(csv);
    expect(source).toBe('pretix');
    expect([...leftOut]).toEqual([['canceled', 1]]);
  });

  test('Eventbrite: first and last name, refunded ones left out', () => {
    const csv = `Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Attendee #,Attendee Status,Home Country,Job Title,Company
1001,2026-09-20,Aarti,Shah,aarti@example.com,1,Speaker pass,5001,Attending,India,CEO,"Shah, Rao & Co"
1002,2026-09-21,Bina,Rao,bina@example.com,1,Early bird,5002,Refunded,India,,
1003,2026-09-21,小明,王,wang@example.com,1,Press,5003,Checked In,China,,
`;
    expect(values(csv)).toEqual([
      { badgeId: '5001', category: 'speaker', country: 'IN', name: 'Aarti Shah', company: 'Shah, Rao & Co' },
      { badgeId: '5003', category: 'press', country: 'CN', name: '王小明', company: null },
    ]);
  });

  test('Hi.Events: company is a question of the event', () => {
    const csv = `ID,First Name,Last Name,Email,Status,Is Checked In,Checked In At,Product ID,Product Name,Event ID,Public ID,Short ID,Created Date,Last Updated Date,Notes,Company
7,Eva,Müller,e@example.org,ACTIVE,No,,3,Exhibitor - early,2,A-7XK2P,a_9f3,2026-01-01 00:00:00,2026-01-01 00:00:00,,Müller AG
8,Tom,Kay,t@example.org,AWAITING_PAYMENT,No,,3,Standard,2,A-9QQ1Z,a_9f4,2026-01-01 00:00:00,2026-01-01 00:00:00,,
`;
    expect(values(csv)).toEqual([
      { badgeId: 'A-7XK2P', category: 'exhibitor', name: 'Eva Müller', company: 'Müller AG' },
    ]);
  });

  test('Indico: affiliation, countries by name', () => {
    const csv = `ID,Name,Registration state,First Name,Last Name,Email Address,Affiliation,Position,Country
12,Marie Curie,Completed,Marie,Curie,m@example.org,Sorbonne,,France
13,Lise Meitner,Withdrawn,Lise,Meitner,l@example.org,,,Austria
`;
    expect(values(csv)).toEqual([
      { badgeId: '12', category: 'delegate', country: 'FR', name: 'Marie Curie', company: 'Sorbonne' },
    ]);
  });
});

describe('any other list', () => {
  const csv = 'Nr;Teilnehmer;Haus;Karte;Ausweis\n1;Jo Doe;Acme;Gold;X-1\n2;Al Roe;;Silber;X-2\n';

  test('by mapping its columns and its tickets', () => {
    const columns = {
      badgeId: ['Nr'],
      name: ['Teilnehmer'],
      company: ['Haus'],
      category: ['Karte'],
      code: ['Ausweis'],
    };
    const categories = new Map([
      ['Gold', 'vip'],
      ['*', 'staff'],
    ]);
    expect(values(csv, { columns, categories })).toEqual([
      { badgeId: '1', category: 'vip', name: 'Jo Doe', company: 'Acme', code: 'X-1' },
      { badgeId: '2', category: 'staff', name: 'Al Roe', company: null, code: 'X-2' },
    ]);
  });

  test('whose people cannot be told apart, or that lacks a column, is refused with what it has', () => {
    expect(() => readRegistration(csv)).toThrow(/map badgeId to one of "Nr", "Teilnehmer"/);
    const columns = { badgeId: ['Nr'], name: ['Name'] };
    expect(() => readRegistration(csv, { columns })).toThrow(/has no column "Name"; it has "Nr"/);
  });

  test('with guessable headings needs no mapping; a status that was taken away leaves nobody out', () => {
    const guessable = 'Ticket ID,Full name,Organisation,Status\nT 1/a,Jo Doe,Acme,pending\n';
    expect(values(guessable)).toEqual([]);
    expect(values(guessable, { columns: { status: [] } })).toEqual([
      { badgeId: 'T-1-a', category: 'delegate', name: 'Jo Doe', company: 'Acme' },
    ]);
  });

  test('names the line of a row that makes no badge', () => {
    const { rows } = readRegistration('ID,Name,Country\n1,Jo,Atlantis\n,Al,\n');
    expect(judgeRows(rows).map(({ errors }) => errors.map(({ detail }) => detail.slice(0, 8)))).toEqual([
      ['line 2: '],
      ['line 3: '],
    ]);
  });
});

test.each([
  ['sg', 'SG'],
  ['Singapore', 'SG'],
  ['中国', 'CN'],
  ['Côte d’Ivoire', 'CI'],
  ['Deutschland', 'DE'],
  ['USA', 'US'],
  ['UK', 'GB'],
  ['Vietnam', 'VN'],
  ['Zimbabwe', 'ZW'],
  ['Atlantis', 'Atlantis'],
])('the country %s is %s', (name, code) => {
  expect(countryCode(name)).toBe(code);
});
