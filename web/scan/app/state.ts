import type { Knowledge, Occupancy, Settings } from '../device/database.ts';
import type { LinkState } from '../door/link.ts';
import type { Verdict } from '../door/verdict.ts';

export type CameraState =
  | { readonly kind: 'off' | 'starting' | 'on' | 'denied' | 'missing' }
  | { readonly kind: 'failed'; readonly why: string };

export type PairingProblem =
  | { readonly kind: 'refused' | 'no-network' }
  | { readonly kind: 'waiting'; readonly event: string; readonly count: number }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What lies over the page and holds back the camera while it is open. */
export type Sheet =
  | { readonly kind: 'menu' | 'door' | 'type' | 'search' | 'walk-in' | 'heads' | 'unrecordable' | 'pair' }
  | { readonly kind: 'override' | 'take-back'; readonly verdict: Verdict };

export interface DeviceFacts {
  /** What people call it. */
  readonly name: string;
  readonly event: string;
  readonly role: 'scanner' | 'supervisor';
}

export interface ScanState {
  readonly phase: 'unpaired' | 'ready';
  readonly device: DeviceFacts | null;
  readonly knowledge: Knowledge | null;
  /** When the server last confirmed the knowledge, ms. */
  readonly confirmedAt: number | null;
  readonly pairing: { readonly busy: boolean; readonly problem: PairingProblem | null };
  readonly settings: Settings;
  readonly practice: boolean;
  readonly link: LinkState;
  /** Scans that are being decided. */
  readonly pending: number;
  /** Fills the screen. */
  readonly verdict: Verdict | null;
  /** The newest that let someone in or out, for taking back. */
  readonly last: Verdict | null;
  readonly lastTakenBack: boolean;
  readonly sheet: Sheet | null;
  readonly camera: CameraState;
  readonly occupancy: Occupancy | null;
  readonly updateReady: boolean;
  /** How far the server's clock is ahead of this device's, ms. */
  readonly aheadMs: number;
  /** By the server's clock, ms. */
  readonly now: number;
}

export type ScanEvent =
  | { readonly kind: 'opened'; readonly device: DeviceFacts | null; readonly settings: Settings }
  | { readonly kind: 'pairing-began' }
  | { readonly kind: 'pairing-failed'; readonly problem: PairingProblem }
  | { readonly kind: 'paired'; readonly device: DeviceFacts }
  | { readonly kind: 'knowledge'; readonly knowledge: Knowledge; readonly confirmedAt: number }
  | { readonly kind: 'settings'; readonly change: Partial<Settings> }
  | { readonly kind: 'practice'; readonly on: boolean }
  | { readonly kind: 'link'; readonly link: LinkState }
  | { readonly kind: 'reading' }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'verdict-over'; readonly scanId: string }
  | { readonly kind: 'taken-back'; readonly scanId: string }
  | { readonly kind: 'sheet'; readonly sheet: Sheet | null }
  | { readonly kind: 'camera'; readonly camera: CameraState }
  | { readonly kind: 'occupancy'; readonly occupancy: Occupancy | null }
  | { readonly kind: 'update-ready' }
  | { readonly kind: 'clock'; readonly aheadMs: number }
  /** `now` is of this device's clock. */
  | { readonly kind: 'tick'; readonly now: number };

export const firstSettings: Settings = {
  choice: null,
  direction: 'entry',
  language: null,
  sound: true,
  camera: true,
};

export const firstState = (now: number): ScanState => ({
  phase: 'unpaired',
  device: null,
  knowledge: null,
  confirmedAt: null,
  pairing: { busy: false, problem: null },
  settings: firstSettings,
  practice: false,
  link: { live: false, heardAt: null, signedOff: false, waiting: 0, unrecordable: 0 },
  pending: 0,
  verdict: null,
  last: null,
  lastTakenBack: false,
  sheet: null,
  camera: { kind: 'off' },
  occupancy: null,
  updateReady: false,
  aheadMs: 0,
  now,
});

const counts = ({ outcome }: Verdict): boolean => outcome === 'admitted' || outcome === 'left';

/** What the page shows after something has happened; nothing else changes it. */
export const reduce = (state: ScanState, event: ScanEvent): ScanState => {
  switch (event.kind) {
    case 'opened':
      return {
        ...state,
        phase: event.device ? 'ready' : 'unpaired',
        device: event.device,
        settings: event.settings,
      };
    case 'pairing-began':
      return { ...state, pairing: { busy: true, problem: null } };
    case 'pairing-failed':
      return {
        ...state,
        pairing: { busy: false, problem: event.problem },
        // A phone that is a door says why it has not become another one.
        ...(state.phase === 'ready' && { sheet: { kind: 'pair' }, verdict: null }),
      };
    case 'paired':
      return {
        ...firstState(state.now),
        aheadMs: state.aheadMs,
        phase: 'ready',
        device: event.device,
        // The door of another device or event is not this one's.
        settings: { ...state.settings, choice: null },
      };
    case 'knowledge':
      return { ...state, knowledge: event.knowledge, confirmedAt: event.confirmedAt };
    case 'settings':
      return { ...state, settings: { ...state.settings, ...event.change } };
    case 'practice':
      return { ...state, practice: event.on, verdict: null, last: null, lastTakenBack: false, sheet: null };
    case 'link':
      return { ...state, link: event.link };
    case 'reading':
      return { ...state, pending: state.pending + 1 };
    case 'verdict':
      return {
        ...state,
        pending: Math.max(0, state.pending - 1),
        verdict: event.verdict,
        sheet: null,
        ...(counts(event.verdict) && { last: event.verdict, lastTakenBack: false }),
      };
    case 'verdict-over':
      return state.verdict?.scanId === event.scanId ? { ...state, verdict: null } : state;
    case 'taken-back':
      return state.last?.scanId === event.scanId
        ? { ...state, lastTakenBack: true, verdict: null, sheet: null }
        : state;
    case 'sheet':
      return { ...state, sheet: event.sheet, verdict: event.sheet === null ? state.verdict : null };
    case 'camera':
      return { ...state, camera: event.camera };
    case 'occupancy':
      return { ...state, occupancy: event.occupancy };
    case 'update-ready':
      return { ...state, updateReady: true };
    case 'clock':
      return { ...state, aheadMs: event.aheadMs, now: state.now + event.aheadMs - state.aheadMs };
    case 'tick':
      return { ...state, now: event.now + state.aheadMs };
  }
};

/** Whether a badge before the camera is a scan now; a sheet that is open is about another one. */
export const takesReadings = ({ phase, sheet, link, knowledge }: ScanState): boolean =>
  phase === 'ready' && sheet === null && !link.signedOff && knowledge !== null;

/** Nobody is in the middle of anything that a page opened anew would not know. */
export const isIdle = ({ sheet, pending, verdict, pairing }: ScanState): boolean =>
  (sheet === null || sheet.kind === 'menu') && pending === 0 && verdict === null && !pairing.busy;

/** A scan of a known badge that counted can be taken back, once. */
export const mayTakeBack = ({ last, lastTakenBack, practice }: ScanState): boolean =>
  last !== null && last.badge !== null && !practice && !lastTakenBack;
