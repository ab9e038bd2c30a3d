import type { CameraState } from '../app/state.ts';
import type { DecoderAnswer, DecoderRequest } from './decoder.ts';
import { look, nothingInSight } from './sight.ts';

/** Of the longer side of what is decoded, in pixels: a QR of a badge at arm's length needs no more. */
const FRAME_PX = 960;

export interface Camera {
  readonly stop: () => void;
  /** Null where the camera has no light. */
  readonly setTorch: ((on: boolean) => void) | null;
}

/** Why there is no picture, in the words of the page. */
export const cameraTrouble = (error: unknown): CameraState => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return { kind: 'denied' };
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return { kind: 'missing' };
  return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
};

const openStream = (): Promise<MediaStream> => {
  // Without a secure context the browser has no cameras at all.
  if (!navigator.mediaDevices) throw new DOMException('no camera here', 'NotFoundError');
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
};

const torchOf = (track: MediaStreamTrack | undefined): Camera['setTorch'] => {
  if (!track?.getCapabilities?.().torch) return null;
  // A light that does not go on is seen by whoever asked for it.
  return (torch) => void track.applyConstraints({ advanced: [{ torch }] }).catch(() => undefined);
};

/** Frame after frame to the decoder, the next when the last is answered. @returns stops it */
const watchFrames = (
  video: HTMLVideoElement,
  onCode: (code: string) => void,
  onTrouble: (camera: CameraState) => void,
): (() => void) => {
  const decoder = new Worker(new URL('./decoder-worker.ts', import.meta.url), { type: 'module' });
  let sight = nothingInSight;
  let stopped = false;
  const send = async () => {
    if (stopped) return;
    const { videoWidth: width, videoHeight: height } = video;
    const scale = Math.min(1, FRAME_PX / Math.max(width, height, 1));
    const frame = await createImageBitmap(video, {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
    });
    decoder.postMessage({ frame } satisfies DecoderRequest, [frame]);
  };
  const next = () => {
    if (!stopped) video.requestVideoFrameCallback(() => void send().catch(next));
  };
  decoder.addEventListener('message', ({ data }: MessageEvent<DecoderAnswer>) => {
    const seen = look(sight, data.codes, performance.now());
    sight = seen.sight;
    for (const code of seen.appeared) onCode(code);
    next();
  });
  decoder.addEventListener('error', ({ message }) => onTrouble({ kind: 'failed', why: message }));
  next();
  return () => {
    stopped = true;
    decoder.terminate();
  };
};

/**
 * Shows the camera that looks away from the person and reports each code that comes into view, once.
 * @throws what the browser says; see `cameraTrouble`
 */
export const openCamera = async (
  video: HTMLVideoElement,
  onCode: (code: string) => void,
  onTrouble: (camera: CameraState) => void,
): Promise<Camera> => {
  const stream = await openStream();
  const [track] = stream.getVideoTracks();
  // Unplugged, or taken by another application.
  track?.addEventListener('ended', () => onTrouble({ kind: 'missing' }));
  video.srcObject = stream;
  await video.play();
  const stopWatching = watchFrames(video, onCode, onTrouble);
  return {
    stop: () => {
      stopWatching();
      track?.stop();
      video.srcObject = null;
    },
    setTorch: torchOf(track),
  };
};
