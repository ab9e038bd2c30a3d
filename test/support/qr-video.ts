import { writeFileSync } from 'node:fs';
import encodeQR from 'qr';

const WIDTH = 640;
const HEIGHT = 480;
const WHITE = 235;
const BLACK = 16;
/** Of both colour planes: none. */
const GREY = 128;

/** A frame with the code in its middle, or without one; I420. */
const frameOf = (code: string | null): Buffer => {
  const light = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  const modules = code === null ? [] : encodeQR(code, 'raw', { ecc: 'medium', border: 4 });
  const scale = Math.floor(HEIGHT / Math.max(1, modules.length));
  const left = Math.floor((WIDTH - modules.length * scale) / 2);
  for (const [row, line] of modules.entries())
    for (const [column, isDark] of line.entries()) {
      if (!isDark) continue;
      for (let y = row * scale; y < (row + 1) * scale; y += 1)
        light.fill(BLACK, y * WIDTH + left + column * scale, y * WIDTH + left + (column + 1) * scale);
    }
  return Buffer.concat([light, Buffer.alloc((WIDTH * HEIGHT) / 2, GREY)]);
};

/**
 * A film of badges that are held before the camera one after another, for Chromium's fake camera (y4m), which shows
 * it over and over.
 * @param framesEach how long each is held
 * @param pause frames without a badge after the last one
 */
export const writeQrVideo = (
  file: string,
  codes: readonly string[],
  { framesPerSecond, framesEach, pause }: { framesPerSecond: number; framesEach: number; pause: number },
): void => {
  const header = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`;
  const frames = [
    ...codes.flatMap((code) => Array.from({ length: framesEach }, () => code)),
    ...Array.from({ length: pause }, () => null),
  ];
  const parts = frames.flatMap((code) => [Buffer.from('FRAME\n'), frameOf(code)]);
  writeFileSync(file, Buffer.concat([Buffer.from(header), ...parts]));
};
