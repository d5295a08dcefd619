import { describe, expect, it } from 'vitest';
import { NO_CAPABILITIES, type Camera } from '#contract/cameras.ts';
import { cameraAt, freeId, isOtherDevice, twinOf } from '../../../server/features/cameras/identity.ts';
import { factsByHand } from '../../../server/features/cameras/description.ts';
import { seeing } from '../../../server/features/cameras/seeing.ts';

function camera(id: string, more: Partial<Camera> & { uri?: string } = {}): Camera {
  const { uri = `rtsp://10.0.0.1/${id}`, ...fields } = more;
  return {
    id,
    hallId: 'h1',
    name: id,
    purpose: 'window',
    onvifUrl: null,
    username: '',
    hasPassword: false,
    firmware: '',
    model: '',
    manufacturer: 'ACME',
    serial: '',
    capabilities: NO_CAPABILITIES,
    windowIds: [],
    place: null,
    bearing: null,
    enabled: true,
    sourceChoice: 'auto',
    profiles: factsByHand({ main: uri }).facts.profiles,
    ...fields,
  };
}

describe('an id of its own', () => {
  it.each([
    ['Front desk', 'h1-front-desk'],
    ['Müller & Söhne', 'h1-muller-sohne'],
    ['7号窗口', 'h1-7'],
    ['大厅入口', 'h1-camera'],
    ['--x--', 'h1-x'],
    ['x'.repeat(100), `h1-${'x'.repeat(61)}`],
  ])('is made of %j', (name, id) => {
    expect(freeId('h1', name, new Set())).toBe(id);
  });

  it('counts on where it is taken, within the limit', () => {
    expect(freeId('h1', 'a', new Set(['h1-a', 'h1-a-2']))).toBe('h1-a-3');
    const long = `h1-${'x'.repeat(61)}`;
    expect(freeId('h1', 'x'.repeat(100), new Set([long]))).toBe(`h1-${'x'.repeat(59)}-2`);
  });
});

describe('the same camera twice', () => {
  it('is known by manufacturer and serial', () => {
    const known = camera('a', { serial: 'X1' });
    expect(twinOf(camera('b', { serial: 'X1' }), [known])).toEqual({ id: 'a', reason: 'ACME serial X1' });
    expect(twinOf(camera('b', { serial: 'X1', manufacturer: 'Other' }), [known])).toBeNull();
    expect(twinOf(known, [known])).toBeNull();
  });

  it.each(['', '0', '000000'])('is not known by the serial %j, which many have', (serial) => {
    expect(twinOf(camera('b', { serial }), [camera('a', { serial })])).toBeNull();
    expect(isOtherDevice(camera('a', { serial }), camera('b', { serial: 'X1' }))).toBe(false);
  });

  it('is known by a stream address, with the port said or not', () => {
    const known = camera('a', { uri: 'rtsp://Cam:554/1' });
    expect(twinOf(camera('b', { uri: 'rtsp://Cam/1' }), [known])?.id).toBe('a');
    expect(twinOf(camera('b', { uri: 'rtsp://Cam:5540/1' }), [known])).toBeNull();
    expect(twinOf(camera('b', { uri: 'rtsp://Cam/2' }), [known])).toBeNull();
  });

  it('is found by its ONVIF address, however it is written', () => {
    const known = camera('a', { onvifUrl: 'http://10.0.0.7:80/onvif/device_service' });
    expect(cameraAt('http://10.0.0.7/onvif/device_service', [known])?.id).toBe('a');
    expect(cameraAt('http://10.0.0.8/onvif/device_service', [known])).toBeNull();
    expect(cameraAt('nonsense', [known, camera('b')])).toBeNull();
  });
});

describe('a camera added by hand', () => {
  it('serves both roles with its only address and gives up the credentials in it', () => {
    const { facts, username, password } = factsByHand({ main: 'rtsp://admin:pw@10.0.0.7/1', sub: '' });
    expect([username, password]).toEqual(['admin', 'pw']);
    expect(facts.profiles.map(({ role, streamUri }) => `${role} ${streamUri}`)).toEqual([
      'main rtsp://10.0.0.7/1',
      'sub rtsp://10.0.0.7/1',
    ]);
  });

  it('is refused with the field', () => {
    expect(() => factsByHand({ main: 'rtsp://a/1', sub: 'http://a/2' })).toThrow(
      expect.objectContaining({
        code: 'REQUEST_INVALID',
        details: [expect.objectContaining({ path: 'streamUris.sub' })],
      }),
    );
  });
});

describe('cameras that see a window', () => {
  const cameras = [
    camera('wide', { windowIds: ['w1', 'w2', 'w3'] }),
    camera('lobby', { windowIds: ['w1'], purpose: 'public-area' }),
    camera('away', { windowIds: ['w1'] }),
    camera('near', { windowIds: ['w1'] }),
    camera('off', { windowIds: ['w1'], enabled: false }),
    camera('elsewhere', { windowIds: ['w1'], hallId: 'h2' }),
  ];
  const live = (id: string) => id !== 'away';

  it('come in the order of their use', () => {
    expect(seeing(cameras, 'h1', 'w1', live)).toEqual(['near', 'wide', 'lobby', 'away']);
    expect(seeing(cameras, 'h1', 'w3', live)).toEqual(['wide']);
    expect(seeing(cameras, 'h1', 'w9', live)).toEqual([]);
  });

  it('are those of the public areas where no window is meant', () => {
    expect(seeing(cameras, 'h1', null, live)).toEqual(['lobby']);
  });
});
