import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Schedule } from './import-schedule.ts';
import { scheduleOfXml } from './read-schedule.ts';
import { textOfMarkup } from './text-of-markup.ts';
import { markupFault } from './xml-bounds.ts';

/** The validator names every element that is open, in characters. */
const MAX_MESSAGE = 200;
/** Schedules nest a handful of elements deep. */
const MAX_DEPTH = 50;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === 'day' || name === 'room' || name === 'event',
  maxNestedTags: MAX_DEPTH,
  // Read as they are written: markup within them would lose its place among the words.
  stopNodes: ['*.title'],
  // Only the characters that XML itself names: what declares others is refused unread, and could expand to nothing.
  processEntities: {
    maxEntityCount: 1,
    maxEntitySize: 1,
    maxExpansionDepth: 1,
    maxTotalExpansions: Number.MAX_SAFE_INTEGER,
    maxExpandedLength: Number.MAX_SAFE_INTEGER,
  },
  htmlEntities: true,
});

export type ParsedXml =
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'broken'; readonly detail: string };

const broken = (detail: string): ParsedXml => ({ kind: 'broken', detail });

const DECLARED = /^<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
const isUtf8 = (name: string) => /^(?:utf-?8|us-ascii|ascii)$/i.test(name);
const isAscii = (text: string) => !/[^\0-\x7f]/.test(text);

/**
 * API Gateway hands text over as UTF-8: bytes of another encoding are gone by then, so they are refused, not guessed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const encodingFault = (xml: string): string | undefined => {
  const declared = DECLARED.exec(xml)?.[1];
  if (declared !== undefined && !isUtf8(declared) && !isAscii(xml)) {
    return `is declared as ${declared}: convert it to UTF-8, or send it with the command line, which does`;
  }
  if (xml.includes('\ufffd')) return 'has characters that are not UTF-8: convert it to UTF-8';
  return undefined;
};

/** Reads a frab, pentabarf or pretalx schedule.xml. */
export const parseScheduleXml = (text: string): ParsedXml => {
  const xml = text.replace(/^\ufeff/, '').trimStart();
  const fault = encodingFault(xml) ?? markupFault(xml);
  if (fault) return broken(fault);
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    return broken(`is not well-formed XML: ${msg.slice(0, MAX_MESSAGE)} (line ${line}, column ${col})`);
  }
  try {
    const schedule = scheduleOfXml(parser.parse(xml), textOfMarkup);
    return schedule ? { kind: 'schedule', schedule } : broken('is no schedule: its root must be <schedule>');
  } catch (error) {
    return broken(`cannot be read: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};
