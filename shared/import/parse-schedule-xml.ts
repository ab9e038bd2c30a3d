import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Schedule } from './import-schedule.ts';
import { scheduleOfXml } from './read-schedule.ts';
import { textOfMarkup } from './text-of-markup.ts';

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

/** Where text may stand that only looks like markup. */
const QUOTATIONS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Whether the document declares a type, and with it perhaps entities; in one pass, whatever the comments say. */
const declaresType = (xml: string): boolean => {
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at)) {
    const quotation = QUOTATIONS.find(([opening]) => xml.startsWith(opening, at));
    if (quotation) {
      const end = xml.indexOf(quotation[1], at + quotation[0].length);
      if (end === -1) return false;
      at = end + quotation[1].length;
    } else {
      if (/^<!(?:DOCTYPE|ENTITY)/i.test(xml.slice(at, at + 10))) return true;
      at += 1;
    }
  }
  return false;
};

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
  const fault = encodingFault(xml);
  if (fault) return broken(fault);
  if (declaresType(xml)) return broken('has a DOCTYPE, which is not read: a schedule needs none');
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    return broken(`is not well-formed XML: ${msg} (line ${line}, column ${col})`);
  }
  try {
    const schedule = scheduleOfXml(parser.parse(xml), textOfMarkup);
    return schedule ? { kind: 'schedule', schedule } : broken('is no schedule: its root must be <schedule>');
  } catch (error) {
    return broken(`cannot be read: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};
