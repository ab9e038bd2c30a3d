/** What a badge can be made of. Several columns of one field are joined: an order's code and its position. */
export const registrationFields = [
  'badgeId',
  'name',
  'firstName',
  'lastName',
  'company',
  'category',
  'country',
  'code',
  'status',
] as const;
export type RegistrationField = (typeof registrationFields)[number];

/** Headings of the list by field. */
export type RegistrationColumns = Readonly<Partial<Record<RegistrationField, readonly string[]>>>;

interface Source {
  readonly name: string;
  /** Headings that tell its lists from others. */
  readonly known: readonly string[];
  readonly columns: RegistrationColumns;
}

/**
 * Attendee lists as their systems export them in English. Codes of tickets are not taken unless they are asked for:
 * a badge that we print carries a code that is checked without a look-up.
 */
const sources: readonly Source[] = [
  {
    // Order data, "order positions": pretix/base/exporters/orderlist.py
    name: 'pretix',
    known: ['Order code', 'Position ID', 'Product'],
    columns: {
      badgeId: ['Order code', 'Position ID'],
      name: ['Attendee name'],
      company: ['Company'],
      category: ['Product'],
      country: ['Country'],
      status: ['Status'],
    },
  },
  {
    // Reports, "Attendees"
    name: 'Eventbrite',
    known: ['Order #', 'Attendee #', 'Ticket Type'],
    columns: {
      badgeId: ['Attendee #'],
      firstName: ['First Name'],
      lastName: ['Last Name'],
      company: ['Company'],
      category: ['Ticket Type'],
      country: ['Home Country'],
      status: ['Attendee Status'],
    },
  },
  {
    // backend/app/Exports/AttendeesExport.php; company and country are questions of the event
    name: 'Hi.Events',
    known: ['Public ID', 'Short ID', 'Product Name'],
    columns: {
      badgeId: ['Public ID'],
      firstName: ['First Name'],
      lastName: ['Last Name'],
      company: ['Company'],
      category: ['Product Name'],
      country: ['Country'],
      status: ['Status'],
    },
  },
  {
    // Registrations, "Export as CSV": the registration form's own titles after ID and Name
    name: 'Indico',
    known: ['ID', 'Name', 'Registration state'],
    columns: {
      badgeId: ['ID'],
      name: ['Name'],
      company: ['Affiliation'],
      category: ['Registration type'],
      country: ['Country'],
      status: ['Registration state'],
    },
  },
];

/** Headings of any other list, in the order in which they are looked for. */
const guesses: Readonly<Record<RegistrationField, readonly string[]>> = {
  badgeId: ['badgeid', 'badge', 'attendeeid', 'registrationid', 'ticketid', 'ticketnumber', 'id', 'number'],
  name: ['name', 'fullname', 'attendeename', 'participant', '姓名'],
  firstName: ['firstname', 'givenname', 'givennames', 'vorname', '名'],
  lastName: ['lastname', 'surname', 'familyname', 'nachname', '姓'],
  company: ['company', 'organization', 'organisation', 'affiliation', 'institution', 'firma', '公司', '单位'],
  category: ['category', 'tickettype', 'ticket', 'product', 'role', 'type', '类别', '票种'],
  country: ['country', 'countryregion', 'homecountry', 'land', '国家'],
  code: [],
  status: ['status', 'attendeestatus', 'state'],
};

/** `First name`, `first_name` and `FIRST NAME` are one heading. */
const plain = (heading: string): string => heading.toLowerCase().replaceAll(/[\s_\-/.]/g, '');

const presentOf = (columns: RegistrationColumns, headings: readonly string[]): RegistrationColumns =>
  Object.fromEntries(
    Object.entries(columns).filter(([, wanted]) => wanted.every((heading) => headings.includes(heading))),
  );

const guess = (headings: readonly string[]): RegistrationColumns =>
  Object.fromEntries(
    registrationFields.flatMap((field) => {
      const found = guesses[field].flatMap(
        (name) => headings.find((heading) => plain(heading) === name) ?? [],
      );
      return found[0] === undefined ? [] : [[field, [found[0]]]];
    }),
  );

/** How a list is called whose system is not known. */
export const OTHER_SOURCE = 'another system';

export interface GuessedMapping {
  /** Whose list it seems to be. */
  readonly source: string;
  readonly columns: RegistrationColumns;
}

/** Proposes which column is which, for people to look at. */
export const guessMapping = (headings: readonly string[]): GuessedMapping => {
  const source = sources.find(({ known }) => known.every((heading) => headings.includes(heading)));
  if (!source) return { source: OTHER_SOURCE, columns: guess(headings) };
  return { source: source.name, columns: presentOf(source.columns, headings) };
};
