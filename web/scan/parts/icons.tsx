import type { Tone } from '../door/verdict.ts';

/** Each tone has a shape of its own: told apart without its colour. */
const shapes: Readonly<Record<Tone, string>> = {
  // A tick in a ring.
  welcome:
    'M50 4a46 46 0 1 0 0 92 46 46 0 0 0 0-92zm0 10a36 36 0 1 1 0 72 36 36 0 0 1 0-72zM72 34 44 64 28 50l-7 8 24 20 35-37z',
  // An arrow that leaves through a door.
  goodbye: 'M10 8h46v10H20v64h36v10H10zM62 26l30 24-30 24V58H34V42h28z',
  // A triangle with its mark.
  attention: 'M50 6 97 92H3zM50 26 20 82h60zM45 42h10v22H45zM45 69h10v9H45z',
  // The octagon of a stop sign with a bar.
  stop: 'M32 4h36l28 28v36L68 96H32L4 68V32zM20 42v16h60V42z',
  // A plug that hangs apart.
  broken:
    'M28 10h8v18h12V10h8v18h8v18a22 22 0 0 1-17 21v9h-10v-9a22 22 0 0 1-17-21V28h8zM37 82h10v14H37zM70 60l8-8 8 8 8-8 6 6-8 8 8 8-6 6-8-8-8 8-6-6 8-8z',
};

export const ToneIcon = ({ tone }: { readonly tone: Tone }) => (
  <svg class="tone-icon" viewBox="0 0 100 100" aria-hidden="true">
    <path fill-rule="evenodd" fill="currentColor" d={shapes[tone]} />
  </svg>
);

const glyphs = {
  menu: 'M3 6h18v2H3zM3 11h18v2H3zM3 16h18v2H3z',
  close: 'm5 6.4 1.4-1.4L12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12z',
  light: 'M9 21h6v-2H9zm3-19a7 7 0 0 0-4 12.7V17h8v-2.3A7 7 0 0 0 12 2z',
  keys: 'M2 6h20v12H2zm2 2v2h2V8zm4 0v2h2V8zm4 0v2h2V8zm4 0v2h4V8zM4 12v2h2v-2zm4 0v2h8v-2zm10 0v2h2v-2z',
  back: 'M8 5v4h7a5 5 0 0 1 0 10H6v-2h9a3 3 0 0 0 0-6H8v4L2 10z',
  enter: 'M3 11h12.2l-4.6-4.6L12 5l7 7-7 7-1.4-1.4 4.6-4.6H3z',
  leave: 'M21 11H8.8l4.6-4.6L12 5l-7 7 7 7 1.4-1.4L8.8 13H21z',
} as const;

export const Glyph = ({ name }: { readonly name: keyof typeof glyphs }) => (
  <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
    <path fill-rule="evenodd" fill="currentColor" d={glyphs[name]} />
  </svg>
);
