import { describe, expect, it } from 'vitest';
import type { Camera } from '../../../server/contract/cameras.ts';
import {
  blankCamera,
  checkCameraChange,
  checkNewCamera,
  draftOf,
} from '../../../client/features/cameras/camera-draft.ts';

const camera: Camera = {
  id: 'cam-1',
  hallId: 'civic',
  name: 'Window 1',
  purpose: 'window',
  onvifUrl: 'http://192.168.1.64/onvif/device_service',
  username: 'viewer',
  hasPassword: true,
  manufacturer: '',
  model: '',
  firmware: '',
  serial: '',
  profiles: [],
  capabilities: { ptz: false, imaging: false, relays: false, events: false },
  windowIds: ['w01'],
  place: { x: 1, y: 2 },
  bearing: 90,
  enabled: true,
  sourceChoice: 'auto',
};

describe('a camera that is added', () => {
  const draft = {
    ...blankCamera('civic'),
    name: 'Door',
    onvifUrl: ' http://10.0.0.5/onvif ',
    main: 'rtsp://10.0.0.5/1',
  };

  it('sends the addresses of its way only', () => {
    const byOnvif = checkNewCamera(draft, 'onvif');
    expect(byOnvif).toMatchObject({ ok: true, data: { onvifUrl: 'http://10.0.0.5/onvif' } });
    expect(byOnvif.ok && byOnvif.data).not.toHaveProperty('streamUris');
    expect(checkNewCamera(draft, 'stream')).toMatchObject({
      ok: true,
      data: { onvifUrl: null, streamUris: { main: 'rtsp://10.0.0.5/1' } },
    });
  });

  it('says which field is wrong', () => {
    const keys = (way: 'onvif' | 'stream', change: Partial<typeof draft>) => {
      const checked = checkNewCamera({ ...draft, ...change }, way);
      return checked.ok ? {} : Object.fromEntries(Object.entries(checked.fields).map(([path, { key }]) => [path, key]));
    };
    expect(keys('onvif', { onvifUrl: '10.0.0.5', name: '' })).toEqual({ onvifUrl: 'url', name: 'required' });
    expect(keys('onvif', { onvifUrl: '' })).toEqual({ onvifUrl: 'required' });
    expect(keys('stream', { main: '', sub: 'http://10.0.0.5/sub' })).toEqual({
      'streamUris.main': 'required',
      'streamUris.sub': 'rtspUrl',
    });
  });
});

describe('a camera that is changed', () => {
  it('sends what changed and nothing else', () => {
    expect(checkCameraChange(draftOf(camera), camera)).toEqual({ ok: true, data: {} });
    const draft = { ...draftOf(camera), name: 'Door', windowIds: [], place: null, bearing: null };
    expect(checkCameraChange(draft, camera)).toEqual({
      ok: true,
      data: { name: 'Door', windowIds: [], place: null, bearing: null },
    });
  });

  it('keeps the password unless one is typed', () => {
    expect(checkCameraChange({ ...draftOf(camera), password: 'new' }, camera)).toEqual({
      ok: true,
      data: { password: 'new' },
    });
  });
});
