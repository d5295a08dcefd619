import type { z } from 'zod';
import { type Camera, CameraChange, CameraInput } from '#contract/cameras.ts';
import type { PlanPoint } from '#contract/places.ts';
import { byField, checkForm, type Checked, type FieldMessage } from '../admin/form-errors.ts';

/** What is typed about a camera, new or known. */
export interface CameraDraft {
  hallId: string;
  name: string;
  purpose: Camera['purpose'];
  onvifUrl: string;
  /** Stream addresses, for a camera without ONVIF. */
  main: string;
  sub: string;
  username: string;
  /** Left empty for a known camera: the stored one stays. */
  password: string;
  windowIds: string[];
  place: PlanPoint | null;
  bearing: number | null;
  sourceChoice: Camera['sourceChoice'];
  enabled: boolean;
}
export type Way = 'onvif' | 'stream' | 'push';

export function blankCamera(hallId: string): CameraDraft {
  return {
    hallId,
    name: '',
    purpose: 'window',
    onvifUrl: '',
    main: '',
    sub: '',
    username: '',
    password: '',
    windowIds: [],
    place: null,
    bearing: null,
    sourceChoice: 'auto',
    enabled: true,
  };
}

export function draftOf(camera: Camera): CameraDraft {
  const { hallId, name, purpose, onvifUrl, username, windowIds, place, bearing, sourceChoice, enabled } = camera;
  const known = { hallId, name, purpose, username, place, bearing, sourceChoice, enabled };
  return { ...blankCamera(hallId), ...known, onvifUrl: onvifUrl ?? '', windowIds: [...windowIds] };
}

/** Checks a camera that is to be added in this way; only the addresses of that way are sent. */
export function checkNewCamera(draft: CameraDraft, way: Way): Checked<z.output<typeof CameraInput>> {
  const [mainUri, subUri] = [draft.main.trim(), draft.sub.trim()];
  const addresses = {
    onvif: { onvifUrl: draft.onvifUrl.trim() },
    stream: { onvifUrl: null, streamUris: { main: mainUri, ...(subUri === '' ? {} : { sub: subUri }) } },
    push: { onvifUrl: null, sourceChoice: 'rtmp' },
  } as const;
  const checked = checkForm(CameraInput, { ...draft, ...addresses[way] });
  const more: [string, FieldMessage][] = [];
  if (way === 'stream') {
    if (!isRtsp(mainUri)) more.push(['streamUris.main', { key: mainUri === '' ? 'required' : 'rtspUrl', params: {} }]);
    if (subUri !== '' && !isRtsp(subUri)) more.push(['streamUris.sub', { key: 'rtspUrl', params: {} }]);
  }
  if (checked.ok && more.length === 0) return checked;
  return { ok: false, fields: byField([...(checked.ok ? [] : Object.entries(checked.fields)), ...more]) };
}

/** Checks what changed of a known camera; a field that stayed is not sent, an empty password stays as it is. */
export function checkCameraChange(draft: CameraDraft, camera: Camera): Checked<CameraChange> {
  const before = draftOf(camera);
  const changed = changeable.filter((key) => JSON.stringify(draft[key]) !== JSON.stringify(before[key]));
  return checkForm(CameraChange, {
    ...Object.fromEntries(changed.map((key) => [key, draft[key]])),
    ...(draft.onvifUrl === before.onvifUrl ? {} : { onvifUrl: draft.onvifUrl.trim() || null }),
    ...(draft.password === '' ? {} : { password: draft.password }),
  });
}
const changeable = [
  'name',
  'purpose',
  'username',
  'windowIds',
  'place',
  'bearing',
  'enabled',
  'sourceChoice',
] as const satisfies (keyof CameraDraft)[];

function isRtsp(uri: string): boolean {
  return /^rtsps?:\/\/[^/\s]+/.test(uri);
}
