import type { Tone } from '../door/verdict.ts';

/** Hertz and seconds, one after another. */
type Tune = readonly (readonly [frequency: number, seconds: number])[];

/** Told apart without looking: rising and short is good, low and long is not. */
const tunes: Readonly<Record<Tone, Tune>> = {
  welcome: [[1318, 0.09]],
  goodbye: [
    [1046, 0.07],
    [784, 0.09],
  ],
  attention: [
    [880, 0.1],
    [0, 0.06],
    [880, 0.1],
    [0, 0.06],
    [880, 0.1],
  ],
  stop: [
    [196, 0.22],
    [0, 0.08],
    [196, 0.34],
  ],
  broken: [
    [330, 0.16],
    [262, 0.16],
    [196, 0.3],
  ],
};

/** Ms of buzzing and silence in turn. */
const buzzes: Readonly<Record<Tone, number[]>> = {
  welcome: [60],
  goodbye: [30, 40, 30],
  attention: [90, 60, 90, 60, 90],
  stop: [260, 90, 360],
  broken: [160, 60, 160, 60, 400],
};

const VOLUME = 0.25;
/** A beginning and an end without this are heard as a crack. */
const FADE_S = 0.008;

/** Sound and vibration of verdicts. Browsers allow sound only after the first tap or key: `wake` is called then. */
export const signals = () => {
  let audio: AudioContext | undefined;
  return {
    wake: (): void => {
      audio ??= new AudioContext();
      if (audio.state === 'suspended') void audio.resume();
    },
    play: (tone: Tone, withSound: boolean): void => {
      navigator.vibrate?.(buzzes[tone]);
      if (!withSound || audio?.state !== 'running') return;
      let at = audio.currentTime;
      for (const [frequency, seconds] of tunes[tone]) {
        if (frequency > 0) playNote(audio, frequency, at, seconds);
        at += seconds;
      }
    },
  };
};

const playNote = (audio: AudioContext, frequency: number, at: number, seconds: number): void => {
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(VOLUME, at + FADE_S);
  gain.gain.setValueAtTime(VOLUME, at + seconds - FADE_S);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  gain.connect(audio.destination);
  const tone = audio.createOscillator();
  tone.type = 'triangle';
  tone.frequency.value = frequency;
  tone.connect(gain);
  tone.start(at);
  tone.stop(at + seconds);
};
