/** A colour by day and by night. */
type Colour = readonly [light: string, dark: string];

/**
 * The colours of pages and mails. `web/common/palette.css` says the same to the browser; a test holds it to this. On
 * their grounds all texts have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3).
 */
export const palette = {
  ground: ['#f6f6f2', '#0f1418'],
  sheet: ['#ffffff', '#171e24'],
  ink: ['#15202b', '#e8ecee'],
  soft: ['#54606b', '#a3b0b9'],
  line: ['#d9dcd6', '#2b353d'],
  lineStrong: ['#7d868c', '#75828b'],
  accent: ['#0a4d8c', '#7db8f0'],
  onAccent: ['#ffffff', '#0b1c2c'],
  good: ['#1a6b3c', '#6cc492'],
  warn: ['#8a5300', '#f0b24d'],
  bad: ['#ab1f1a', '#ff8f86'],
  warnGround: ['#fff3d9', '#35280d'],
  badGround: ['#fde8e6', '#3b1714'],
  bar: ['#c9d9e8', '#27465f'],
} as const satisfies Readonly<Record<string, Colour>>;

/** What is pressed in the dark of a hall, and the sign of the scanner. */
export const LAMP = '#ffd23f';

/** The same as custom properties of CSS, e.g. `--on-accent`. */
export const paletteProperties: string = Object.entries(palette)
  .map(([name, [light, dark]]) => {
    const property = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${property}:light-dark(${light},${dark})`;
  })
  .join(';');
