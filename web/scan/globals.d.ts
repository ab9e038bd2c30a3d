// Of the Image Capture specification; TypeScript knows only what all browsers have.
interface MediaTrackCapabilities {
  readonly torch?: boolean;
}
interface MediaTrackConstraintSet {
  torch?: boolean;
}
