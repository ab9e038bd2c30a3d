import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OwnEvent, ownEvent } from '../support/own-event.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import {
  aPhone,
  installed,
  type Network,
  type Phone,
  pairPhone,
  scanAt,
  startNetwork,
} from './scan-phone.ts';

// What happens to a phone in the middle of a shift, and must not cost a scan.

describe('a phone in the middle of a shift', () => {
  let turnout: TestTurnout;
  let network: Network;
  let own: OwnEvent;
  let other: OwnEvent;
  const phones: Phone[] = [];
  const linkTo = async ({ announce }: OwnEvent, role: 'scanner' | 'supervisor' = 'scanner') =>
    (await announce('Door', role)).pairingCode;
  const paired = async (role: 'scanner' | 'supervisor' = 'scanner') => {
    const made = await aPhone({ baseUrl: network.baseUrl });
    phones.push(made);
    await pairPhone(made, network.baseUrl, await linkTo(own, role));
    return made;
  };
  const attendance = async ({ client, event }: OwnEvent) => {
    await turnout.turnout.host.drained();
    const params = { event, session: 'forum' };
    return (await client.call('GET /v1/events/{event}/sessions/{session}/attendance', { params })).body;
  };

  beforeAll(async () => {
    turnout = await startTestTurnout({ empty: true });
    network = await startNetwork(turnout.turnout.host.port);
    own = await ownEvent(turnout, 'today', [{ sessionId: 'forum', kind: 'forum' }]);
    other = await ownEvent(turnout, 'tomorrow', [{ sessionId: 'forum', kind: 'forum' }]);
  }, BROWSER_TIMEOUT_MS);
  afterEach(async () => {
    await network.mend();
    for (const made of phones.splice(0)) await made.close();
  });
  afterAll(async () => {
    await network?.close();
    await turnout?.stop();
  });

  it('is paired with another event in a second tab: the first goes along, and no scan is sent to the wrong one', async () => {
    const [code = ''] = await other.issue([{ badgeId: 'T-1', category: 'delegate' }]);
    const made = await paired();
    await installed(made);
    const second = await made.context.newPage();
    // Until then the second tab is the door that it was.
    const goesAlong = made.page.waitForEvent('load');
    await pairPhone({ ...made, page: second }, network.baseUrl, await linkTo(other));
    await goesAlong;
    await second.locator('[data-ready][data-live]').waitFor();
    await network.cut();
    expect(await scanAt(second, code)).toMatchObject({ outcome: 'admitted' });
    await network.mend();
    await second.locator('[data-live]').waitFor();
    expect(await second.locator('.warning').count()).toBe(0);
    expect(await attendance(other)).toMatchObject({ attended: 1 });
    await made.page.getByRole('button', { name: 'Menu' }).click();
    await made.page.locator('dialog .facts', { hasText: 'tomorrow' }).waitFor();
  });

  it('whose storage the browser takes away asks to be paired, and is a door again', async () => {
    const [code = ''] = await own.issue([{ badgeId: 'T-2', category: 'delegate' }]);
    const made = await paired();
    const devtools = await made.context.newCDPSession(made.page);
    await devtools.send('Storage.clearDataForOrigin', { origin: network.baseUrl, storageTypes: 'indexeddb' });
    await made.page.getByRole('heading', { name: 'Pair this phone' }).waitFor();
    await pairPhone(made, network.baseUrl, await linkTo(own));
    expect(await scanAt(made.page, code)).toMatchObject({ outcome: 'admitted' });
  });

  it('that practises offers nothing that counts', async () => {
    const { page } = await paired('supervisor');
    const menu = page.getByRole('button', { name: 'Menu' });
    const rows = page.locator('dialog .row');
    await menu.click();
    await rows.filter({ hasText: 'Register somebody' }).waitFor();
    await rows.filter({ hasText: 'Practise' }).click();
    await menu.click();
    await rows.filter({ hasText: 'End the practice' }).waitFor();
    expect(await rows.filter({ hasText: /Register somebody|Count heads/ }).count()).toBe(0);
  });

  it('that opens a link which was used says so, and stays the door it is', async () => {
    const made = await paired();
    const { page } = made;
    const used = await linkTo(other);
    await other.client.call('POST /v1/devices/pair', { body: { pairingCode: used } });
    await page.goto(`${network.baseUrl}/scan#pair=${used}`);
    await page.getByText('This code is not valid any more').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[data-ready][data-live]').waitFor();
  });

  it('whose camera was taken away gets it back by a tap, or when the page is looked at again', async () => {
    const { page } = await paired();
    const again = page.getByRole('button', { name: 'Start the camera again' });
    const isOn = page.locator('.camera-on');
    await again.waitFor();
    // The permission is given, or the other application has ended.
    await page.evaluate(`navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d').fillRect(0, 0, 9, 9);
      return canvas.captureStream(5);
    }`);
    await again.click();
    await isOn.waitFor();
    await page.evaluate(
      `document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))`,
    );
    await again.waitFor();
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await isOn.waitFor();
  });

  it('shows a supervisor’s question at once: the keys after it are meant for it', async () => {
    const [code = ''] = await own.issue([{ badgeId: 'T-3', category: 'delegate' }]);
    const { page } = await paired('supervisor');
    await scanAt(page, code);
    await scanAt(page, code);
    // Before the page has painted anything.
    const focus = await page.evaluate(`(async () => {
      const button = [...document.querySelectorAll('.verdict-actions button')][0];
      button.click();
      await Promise.resolve().then(() => {}).then(() => {}).then(() => {});
      return document.activeElement.closest('dialog') !== null;
    })()`);
    expect(focus).toBe(true);
  });
});
