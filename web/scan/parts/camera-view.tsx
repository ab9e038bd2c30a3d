import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../../words/en/scan.ts';
import type { CameraState } from '../app/state.ts';
import { type Camera, cameraTrouble, openCamera } from '../reading/camera.ts';
import { Glyph } from './icons.tsx';
import { usePage } from './page.ts';

const trouble = (camera: CameraState, words: Words): string | null => {
  switch (camera.kind) {
    case 'starting':
      return words.cameraStarting;
    case 'denied':
      return words.cameraDenied;
    case 'missing':
      return words.cameraMissing;
    case 'failed':
      return words.cameraFailed(camera.why);
    case 'off':
    case 'on':
      return null;
  }
};

const Torch = ({ camera }: { readonly camera: Camera }) => {
  const { words } = usePage();
  const [isOn, setOn] = useState(false);
  const { setTorch } = camera;
  if (!setTorch) return null;
  const toggle = () => {
    setTorch(!isOn);
    setOn(!isOn);
  };
  return (
    <button type="button" class="quiet torch" aria-label={words.torch} aria-pressed={isOn} onClick={toggle}>
      <Glyph name="light" />
    </button>
  );
};

const isBroken = ({ kind }: CameraState): boolean =>
  kind === 'denied' || kind === 'missing' || kind === 'failed';

/** Starts a camera again that has gone: by hand, and by itself when the page comes back to the front. */
const Again = ({ start }: { readonly start: () => void }) => {
  const { words } = usePage();
  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && start();
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [start]);
  return (
    <button type="button" onClick={start}>
      {words.cameraAgain}
    </button>
  );
};

/** The picture of the camera, which reads as long as it is shown. */
export const CameraView = () => {
  const { words, state, scanner } = usePage();
  const video = useRef<HTMLVideoElement>(null);
  const [camera, setCamera] = useState<Camera | null>(null);
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    let gone = false;
    let opened: Camera | undefined;
    scanner.camera({ kind: 'starting' });
    openCamera(element, (code) => scanner.read(code, 'camera'), scanner.camera).then(
      (found) => {
        if (gone) return found.stop();
        opened = found;
        setCamera(found);
        scanner.camera({ kind: 'on' });
      },
      (error: unknown) => {
        if (!gone) scanner.camera(cameraTrouble(error));
      },
    );
    return () => {
      gone = true;
      opened?.stop();
      setCamera(null);
      scanner.camera({ kind: 'off' });
    };
  }, [scanner, attempt]);
  const text = trouble(state.camera, words);
  return (
    <div class={`camera camera-${state.camera.kind}`}>
      <video ref={video} muted playsInline tabIndex={-1} aria-label={words.camera} />
      {state.camera.kind === 'on' && <div class="camera-frame" aria-hidden="true" />}
      {text !== null && <p role="status">{text}</p>}
      {isBroken(state.camera) && <Again start={again} />}
      {camera && <Torch camera={camera} />}
    </div>
  );
};
