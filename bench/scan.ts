import encodeQR from 'qr';
import * as z from 'zod';
import { latencies, type Percentiles, percentilesMs } from '../rehearse/latencies.ts';
import { aPhone, installed, type Phone, pairPhone, startNetwork } from '../test/browser/scan-phone.ts';
import type { BenchHost } from './bench-host.ts';
import { type Doors, HALL, organizerApi, params } from './conference.ts';

const BUDGET_ONLINE_MS = 150;
const BUDGET_OFFLINE_MS = 30;
const DIGITS = 1;
const PATIENCE_MS = 20_000;
/** The pause between two attempts, and the upload. */
const CATCH_UP_MS = 60_000;

/** Set up before the page: a camera that shows what `shown` is given, and the time at which its code was decoded. */
const CAMERA = `
  const canvas = document.createElement('canvas');
  canvas.width = 640; canvas.height = 480;
  const pen = canvas.getContext('2d');
  let modules = [];
  globalThis.shown = (next) => { modules = next; };
  // Drawn over and over, as a camera sees: a frame that nobody waited for does not matter.
  const draw = () => {
    pen.fillStyle = '#fff'; pen.fillRect(0, 0, 640, 480); pen.fillStyle = '#000';
    const scale = Math.floor(480 / modules.length);
    modules.forEach((row, y) => row.forEach((dark, x) =>
      dark && pen.fillRect(80 + x * scale, y * scale, scale, scale)));
  };
  setInterval(draw, 33);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
  const Decoder = Worker;
  globalThis.Worker = class extends Decoder {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        for (const code of data.codes ?? []) globalThis.decodedAt?.(code, performance.now());
      });
    }
  };`;

/**
 * Shows or types one badge after another, the next when the last has its verdict, as at a door.
 * `first` is when the code was known; `painted` when the verdict was on the screen.
 */
const PLAY = `globalThis.play = async (codes, pictures) => {
  const took = [];
  let known;
  globalThis.decodedAt = (code, at) => { known[code] ??= at; };
  const verdictAfter = (before) => new Promise((seen, lost) => {
    const timer = setTimeout(() => { watch.disconnect(); lost(new Error('no verdict')); }, ${PATIENCE_MS});
    const look = () => {
      const now = document.querySelector('.verdict')?.getAttribute('data-scan') ?? null;
      if (now === null || now === before) return;
      watch.disconnect(); clearTimeout(timer); seen(performance.now());
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  for (const [index, code] of codes.entries()) {
    known = {};
    const verdict = verdictAfter(document.querySelector('.verdict')?.getAttribute('data-scan') ?? null);
    if (pictures) shown(pictures[index]);
    else {
      for (const key of code) document.dispatchEvent(new KeyboardEvent('keydown', { key }));
      known[code] = performance.now();
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    }
    const at = await verdict;
    took.push(at - (known[code] ?? Number.NaN));
    // The next person takes a step.
    await new Promise((step) => setTimeout(step, 30));
  }
  return took;
}`;

const times = z.array(z.number());
const pictureOf = (code: string): boolean[][] => encodeQR(code, 'raw', { ecc: 'medium', border: 4 });

interface ScanRow {
  readonly what: string;
  readonly budgetMs: number;
  readonly took: Percentiles;
  /** Scans that the server does not have, and those that it has more than once. */
  readonly lost: number;
  readonly twice: number;
}

const row = (
  what: string,
  budgetMs: number,
  took: readonly number[],
  lost: number,
  twice: number,
): ScanRow => {
  const micros = latencies();
  for (const ms of took) micros.recordValue(Math.max(1, Math.round(ms * 1_000)));
  return { what, budgetMs, took: percentilesMs(micros, DIGITS), lost, twice };
};

/** Scans at one phone by camera and by wedge, with the server and without; what was decided is counted afterwards. */
export const measureScan = async (host: BenchHost, doors: Doors, scansEach: number): Promise<ScanRow[]> => {
  const api = organizerApi(host);
  const network = await startNetwork(host.port);
  const counted = async () => {
    const at = { params: { ...params, session: HALL } };
    return (await api.call('GET /v1/events/{event}/sessions/{session}/attendance', at)).body;
  };
  let sent = 0;
  /** Counts follow the scans by the stream. */
  const settled = async (more: number) => {
    sent += more;
    const until = Date.now() + PATIENCE_MS;
    let now = await counted();
    while (now.attended < sent && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      now = await counted();
    }
    return { lost: sent - now.attended, twice: now.entries - now.attended + now.refused };
  };
  const body = { name: 'Measured', role: 'scanner' as const, sessions: [HALL] };
  const phone: Phone = await aPhone({ baseUrl: network.baseUrl });
  try {
    const { pairingCode } = (await api.call('POST /v1/events/{event}/devices', { params, body })).body;
    const { page } = phone;
    await page.addInitScript(CAMERA);
    await pairPhone(phone, network.baseUrl, pairingCode);
    await installed(phone);
    await page.evaluate(PLAY);
    const play = async (by: 'camera' | 'wedge') => {
      const codes = doors.scans(scansEach, () => HALL).map(({ badge }) => badge);
      const pictures = by === 'camera' ? JSON.stringify(codes.map(pictureOf)) : 'undefined';
      return times.parse(await page.evaluate(`play(${JSON.stringify(codes)}, ${pictures})`));
    };
    const rows: ScanRow[] = [];
    for (const by of ['wedge', 'camera'] as const) {
      const took = await play(by);
      const { lost, twice } = await settled(took.length);
      rows.push(row(`${by}, server decides`, BUDGET_ONLINE_MS, took, lost, twice));
    }
    await network.cut();
    const alone = await play('wedge');
    await network.mend();
    await page.locator('[data-live]').waitFor({ timeout: CATCH_UP_MS });
    const { lost, twice } = await settled(alone.length);
    rows.push(row('wedge, no network', BUDGET_OFFLINE_MS, alone, lost, twice));
    return rows;
  } finally {
    await phone.close();
    await network.close();
  }
};

export const scanTable = (rows: readonly ScanRow[]): string =>
  [
    '| code known -> verdict | scans | p50 | p90 | p99 | max ms | budget p99 | lost | twice |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ what, budgetMs, took: { count, p50, p90, p99, max }, lost, twice }) =>
        `| ${what} | ${count} | ${p50} | ${p90} | ${p99} | ${max} | ${budgetMs} ${p99 <= budgetMs ? 'kept' : 'MISSED'} | ${lost} | ${twice} |`,
    ),
  ].join('\n');
