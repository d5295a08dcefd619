import { afterEach, describe, expect, it } from 'vitest';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { envelope, fault, OnvifResponder, reply, type OddCamera } from '../../helpers/onvif-responder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function camera(odd: OddCamera): Promise<OnvifResponder> {
  const responder = await new OnvifResponder({ username: 'admin', password: 'right', ...odd }).start();
  closing.push(() => responder.stop());
  return responder;
}

const signal = new AbortController().signal;
const access = (odd: OnvifResponder, password = 'right') => ({
  onvifUrl: odd.onvifUrl,
  username: 'admin',
  password,
  timeoutMs: 5000,
  signal,
});

describe('signing in', () => {
  it.each([
    ['token', 'token'],
    ['digest', 'digest-md5'],
    ['digest-sha256', 'digest-sha256'],
  ] as const)('by %s is found out without one wrong answer', async (auth, found) => {
    const odd = await camera({ auth });
    const probe = await describeCamera(access(odd));
    expect(probe.auth).toBe(found);
    expect(odd.wrongProofs).toBe(0);
    // the question that finds it out is the only one asked twice
    expect(odd.asked.filter((action) => action === 'GetDeviceInformation')).toHaveLength(2);
  });

  it('by token is tried where the camera fails at strangers in other words', async () => {
    const odd = await camera({});
    odd.camera.instead = {
      GetDeviceInformation: (response, _request, text) => {
        if (!text.includes('UsernameToken')) return reply(400, '', 'text/plain')(response);
        odd.camera.instead = {};
        reply(
          200,
          envelope('<GetDeviceInformationResponse><SerialNumber>0</SerialNumber></GetDeviceInformationResponse>'),
        )(response);
      },
    };
    expect(await describeCamera(access(odd))).toMatchObject({ serial: '0', auth: 'token' });
    expect(odd.wrongProofs).toBe(0);
  });

  it('is not needed where the camera answers everyone', async () => {
    const odd = await new OnvifResponder({}).start();
    closing.push(() => odd.stop());
    expect((await describeCamera(access(odd))).auth).toBe('none');
  });

  it.each(['token', 'digest', 'digest-sha256'] as const)('with a wrong password is tried once (%s)', async (auth) => {
    const odd = await camera({ auth });
    await expect(describeCamera(access(odd, 'wrong'))).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
    expect(odd.wrongProofs).toBe(1);
  });

  it('with a wrong password is tried once however often the camera is told to move', async () => {
    const odd = await camera({ auth: 'digest' });
    const controls = openControls(access(odd, 'wrong'));
    const moves = Array.from({ length: 5 }, () => controls.move({ pan: 1, tilt: 0, zoom: 0 }));
    for (const move of moves) await expect(move).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    await expect(controls.stop()).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    expect(odd.wrongProofs).toBe(1);
  });

  it.each([
    ['says so', { nonceUses: 2 }],
    ['does not say so', { nonceUses: 2, saysStale: false }],
    ['names the next one', { nextNonce: true }],
  ])('goes on when a nonce gets stale and the camera %s', async (_what, more) => {
    const odd = await camera({ auth: 'digest-sha256', ...more });
    await expect(describeCamera(access(odd))).resolves.toMatchObject({ serial: 'S-1' });
    expect(odd.wrongProofs).toBe(0);
  });

  it('goes on when somebody sets the clock of the camera', async () => {
    const odd = await camera({ services: ['ptz'], profiles: [{ token: 'p', ptz: 'n' }], answers: ptzAnswers });
    const controls = openControls(access(odd));
    await controls.stop();
    odd.camera.clockOffsetMs = 3600_000;
    await controls.stop();
    expect(odd.asked.slice(-3)).toEqual(['Stop', 'GetSystemDateAndTime', 'Stop']);
  });

  it('does not repeat a command that this account may not give', async () => {
    const odd = await camera({
      services: ['ptz'],
      profiles: [{ token: 'p', ptz: 'n' }],
      instead: { Stop: reply(400, fault('NotAuthorized', 'operators only')) },
    });
    await expect(openControls(access(odd)).stop()).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
    expect(odd.asked.filter((action) => action === 'Stop')).toHaveLength(1);
  });
});

const ptzAnswers = { Stop: () => '<tptz:StopResponse xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"/>' };
