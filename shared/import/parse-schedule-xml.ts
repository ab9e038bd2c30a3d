import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Schedule } from './import-schedule.ts';
import { scheduleOfXml } from './read-schedule.ts';

/** Schedules nest a handful of elements deep. */
const MAX_DEPTH = 50;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === 'day' || name === 'room' || name === 'event',
  maxNestedTags: MAX_DEPTH,
  // Only the characters that XML itself names: documents with entities of their own are refused unread.
  processEntities: {
    maxTotalExpansions: Number.MAX_SAFE_INTEGER,
    maxExpandedLength: Number.MAX_SAFE_INTEGER,
  },
  htmlEntities: true,
});

export type ParsedXml =
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'broken'; readonly detail: string };

const broken = (detail: string): ParsedXml => ({ kind: 'broken', detail });

/** Reads a frab, pentabarf or pretalx schedule.xml. */
export const parseScheduleXml = (text: string): ParsedXml => {
  const xml = text.replace(/^\ufeff/, '').trimStart();
  // The one place where XML may declare entities, and with them a bomb.
  const prologue = xml.slice(0, Math.max(0, xml.search(/<[A-Za-z_]/)));
  if (/<!DOCTYPE/i.test(prologue)) return broken('has a DOCTYPE, which is not read: a schedule needs none');
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    return broken(`is not well-formed XML: ${msg} (line ${line}, column ${col})`);
  }
  try {
    const schedule = scheduleOfXml(parser.parse(xml));
    return schedule ? { kind: 'schedule', schedule } : broken('is no schedule: its root must be <schedule>');
  } catch (error) {
    return broken(`cannot be read: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};
