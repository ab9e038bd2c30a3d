import { expect, test } from 'vitest';
import { decodeText, UnreadableText } from '../../shared/import/decode-text.ts';

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

test('a schedule in Latin-1 would lose its letters on the way', () => {
  const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><schedule>Caf\u00e9</schedule>';
  expect(decodeText(latin1(xml))).toBe(xml.replace('ISO-8859-1', 'UTF-8'));
});

test.each([
  ['UTF-8', Buffer.from('Ümlaut 会议'), 'Ümlaut 会议'],
  ['UTF-8 with a mark', Buffer.from('\ufeffbadgeId'), 'badgeId'],
  ['UTF-16 with a mark', utf16('会议'), '会议'],
])('%s', (_name, bytes, text) => {
  expect(decodeText(bytes)).toBe(text);
});

test.each([
  ['bytes that are not UTF-8', latin1('Caf\u00e9')],
  ['an encoding that nobody knows', latin1('<?xml version="1.0" encoding="EBCDIC-9"?><a/>')],
])('%s are refused, not guessed', (_name, bytes) => {
  expect(() => decodeText(bytes)).toThrow(UnreadableText);
});
