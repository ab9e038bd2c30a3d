import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** A frame of the camera, and where the decoder lies. */
export interface DecoderRequest {
  readonly frame: ImageBitmap;
}
export interface DecoderAnswer {
  readonly codes: readonly string[];
}

/** QR codes of a frame, read away from the page's own thread so that it never stutters. */
export const startDecoder = (wasmUrl: string): void => {
  prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true }).catch(
    (error: unknown) => reportError(error),
  );
  let canvas: OffscreenCanvas | undefined;
  const read = async (frame: ImageBitmap): Promise<string[]> => {
    const { width, height } = frame;
    if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas to draw a frame on');
    context.drawImage(frame, 0, 0);
    frame.close();
    const pixels = context.getImageData(0, 0, width, height);
    const found = await readBarcodes(pixels, { formats: ['QRCode'], maxNumberOfSymbols: 4 });
    return found.map(({ text }) => text).filter((text) => text !== '');
  };
  self.addEventListener('message', ({ data }: MessageEvent<DecoderRequest>) => {
    read(data.frame).then(
      (codes) => self.postMessage({ codes } satisfies DecoderAnswer),
      // The next frame is asked for all the same.
      () => self.postMessage({ codes: [] } satisfies DecoderAnswer),
    );
  });
};
