import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { badgeCode } from '../../shared/print/badge-code.ts';

const PIXELS = 3;

beforeAll(async () => {
  const file = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  const wasmBinary = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
});

test.each(['T1.gdec-2023.B-000001.1.MEUCIQDw', 'T1.event.B-1.2.'.padEnd(140, 'AbCdEf0123456789-_')])(
  'what is printed of a badge is read by the scanner of the doors: %s',
  async (code) => {
    const { side, dark } = badgeCode(code);
    const width = side * PIXELS;
    const data = new Uint8ClampedArray(width * width * 4).fill(255);
    for (const { column, row, length } of dark)
      for (let y = row * PIXELS; y < (row + 1) * PIXELS; y += 1)
        for (let x = column * PIXELS; x < (column + length) * PIXELS; x += 1)
          data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    const read = await readBarcodes(
      { data, width, height: width, colorSpace: 'srgb' },
      { formats: ['QRCode'] },
    );
    expect(read.map(({ text }) => text)).toEqual([code]);
  },
);
