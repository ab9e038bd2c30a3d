import PDFDocument from 'pdfkit';
import { badgeCode } from './badge-code.ts';
import { fitText } from './break-lines.ts';
import { type Box, boxesOf, type Layout } from './layouts.ts';
import { type CategoryLook, categoryLooks, lookOf } from './looks.ts';
import { runsOf, type Typeface, typefaces } from './typeset.ts';

/** What is on a badge. */
export interface BadgePrint {
  readonly badgeId: string;
  readonly code: string;
  readonly category: string;
  readonly country?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly company?: string | null | undefined;
}

export interface BadgesPdfOptions {
  readonly layout: Layout;
  /** Font files (TTF, OTF or WOFF); the first that has a sign sets it. */
  readonly fonts: readonly Uint8Array[];
  /** By category; what is not named is written as it is, on grey. */
  readonly categories?: ReadonlyMap<string, CategoryLook> | undefined;
}

export interface BadgesPdf {
  readonly pdf: Uint8Array;
  /** Badges that lost signs because no font has them. */
  readonly incomplete: readonly { readonly badgeId: string; readonly signs: string }[];
}

const SMALLEST_TEXT = 7;
const LINE_HEIGHT = 1.3;
const MEASURED_AT = 10;
const MAX_LINES = 3;

type Document = InstanceType<typeof PDFDocument>;

/** Draws with one document and its fonts. */
interface Pen {
  readonly document: Document;
  readonly faces: readonly Typeface[];
  readonly missing: (signs: readonly string[]) => void;
}

const widthOf = ({ document }: Pen, runs: ReturnType<typeof runsOf>['runs'], size: number): number =>
  runs.reduce((sum, { font, text }) => sum + document.font(font).fontSize(size).widthOfString(text), 0);

interface TextStyle {
  readonly largest: number;
  readonly colour: string;
  readonly centred?: boolean | undefined;
  readonly maxLines?: number | undefined;
}

/** Text as large as fits and as may be. @returns its height */
const write = (
  pen: Pen,
  text: string,
  { x, y, width }: Pick<Box, 'x' | 'y' | 'width'>,
  { largest, colour, centred = true, maxLines = 1 }: TextStyle,
): number => {
  const { runs, missing } = runsOf(text, pen.faces);
  pen.missing(missing);
  const shown = runs.map((run) => run.text).join('');
  const atSizeOne = (line: string) => widthOf(pen, runsOf(line, pen.faces).runs, MEASURED_AT) / MEASURED_AT;
  const { lines, size } = fitText(shown, { width, largest, maxLines }, atSizeOne);
  const { document } = pen;
  document.fillColor(colour);
  for (const [index, line] of lines.entries()) {
    let at = centred ? x + (width - atSizeOne(line) * size) / 2 : x;
    for (const { font, text: part } of runsOf(line, pen.faces).runs) {
      document
        .font(font)
        .fontSize(size)
        .text(part, at, y + index * size * LINE_HEIGHT, { lineBreak: false });
      at += document.widthOfString(part);
    }
  }
  return lines.length * size * LINE_HEIGHT;
};

/** Rectangles: sharp at any size. */
const qr = ({ document }: Pen, code: string, x: number, y: number, size: number): void => {
  const { side, dark } = badgeCode(code);
  const module = size / side;
  document.fillColor('#ffffff').rect(x, y, size, size).fill();
  for (const { column, row, length } of dark)
    document.rect(x + column * module, y + row * module, length * module, module);
  document.fillColor('#000000').fill();
};

const band = (
  pen: Pen,
  { category }: BadgePrint,
  box: Box,
  looks: ReadonlyMap<string, CategoryLook>,
): number => {
  const look = lookOf(category, looks);
  const height = box.height * 0.15;
  pen.document.rect(box.x, box.y, box.width, height).fillColor(look.colour).fill();
  const largest = height * 0.5;
  write(
    pen,
    look.title,
    { x: box.x + 6, y: box.y + (height - largest * 1.45) / 2, width: box.width - 12 },
    { largest, colour: '#ffffff' },
  );
  return height;
};

/** Name and company. @returns where they end */
const texts = (pen: Pen, { name, badgeId, company }: BadgePrint, box: Box, style: TextStyle): number => {
  const y = box.y + write(pen, name || badgeId, box, { ...style, maxLines: MAX_LINES });
  if (!company) return y;
  const smaller = { ...style, largest: style.largest * 0.55, colour: '#333333', maxLines: MAX_LINES };
  return y + write(pen, company, { ...box, y }, smaller);
};

const draw = (pen: Pen, badge: BadgePrint, box: Box, looks: ReadonlyMap<string, CategoryLook>): void => {
  const isTall = box.height > box.width;
  const margin = Math.min(box.width, box.height) * 0.06;
  const inner = { x: box.x + margin, width: box.width - 2 * margin };
  const top = box.y + band(pen, badge, box, looks) + margin;
  const footSize = Math.max(SMALLEST_TEXT, box.height * 0.035);
  const footTop = box.y + box.height - margin * 0.6 - footSize * 1.4;
  const foot = [badge.badgeId, badge.country].filter(Boolean).join('  ');
  write(pen, foot, { ...inner, y: footTop }, { largest: footSize, colour: '#333333', centred: isTall });
  if (isTall) {
    const style = { largest: box.height * 0.1, colour: '#000000' };
    const y = texts(pen, badge, { ...inner, y: top, height: 0 }, style);
    const size = Math.min(inner.width, footTop - y);
    qr(pen, badge.code, box.x + (box.width - size) / 2, footTop - size, size);
    return;
  }
  // Beside each other: below a name there would be little left of a low badge.
  const size = Math.min(box.width * 0.45, box.y + box.height - margin - top);
  qr(pen, badge.code, box.x + box.width - margin - size, top, size);
  const left = { x: inner.x, y: top + margin, width: inner.width - size - margin / 2, height: 0 };
  texts(pen, badge, left, { largest: box.height * 0.14, colour: '#000000', centred: false });
};

const cutMarks = ({ document }: Pen, { x, y, width, height }: Box): void => {
  document
    .rect(x, y, width, height)
    .dash(2, { space: 3 })
    .lineWidth(0.3)
    .strokeColor('#999999')
    .stroke()
    .undash();
};

/** Badges to print, as many on a page as the layout has places; in the order in which they are given. */
export const badgesPdf = async (
  badges: readonly BadgePrint[],
  { layout, fonts, categories = categoryLooks }: BadgesPdfOptions,
): Promise<BadgesPdf> => {
  const document = new PDFDocument({
    autoFirstPage: false,
    size: [...layout.page],
    margin: 0,
    info: { Title: 'Badges' },
  });
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const written = new Promise((resolve) => document.on('end', resolve));
  const faces = typefaces(fonts);
  for (const { name, bytes } of faces) document.registerFont(name, Buffer.from(bytes));
  const incomplete: { badgeId: string; signs: string }[] = [];
  const boxes = boxesOf(layout);
  for (const [index, badge] of badges.entries()) {
    const box = boxes[index % boxes.length];
    if (!box) break;
    if (index % boxes.length === 0) document.addPage();
    const lost: string[] = [];
    const pen: Pen = { document, faces, missing: (signs) => lost.push(...signs) };
    draw(pen, badge, box, categories);
    if (layout.cutMarks) cutMarks(pen, box);
    if (lost.length > 0) incomplete.push({ badgeId: badge.badgeId, signs: [...new Set(lost)].join('') });
  }
  document.end();
  await written;
  return {
    pdf: new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer()),
    incomplete,
  };
};
