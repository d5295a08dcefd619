import { NO_CAPABILITIES, type CameraProbe, type CameraProfile, type ProfileRole } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import { parseStreamAddress } from '#lib/stream-address.ts';

/** What a camera is stored with out of what it says of itself. */
export type Facts = Pick<CameraProbe, 'manufacturer' | 'model' | 'firmware' | 'serial' | 'profiles' | 'capabilities'>;

export function factsOf({ manufacturer, model, firmware, serial, profiles, capabilities }: CameraProbe): Facts {
  return { manufacturer, model, firmware, serial, profiles, capabilities };
}

/** Facts of what says nothing of itself but its streams. */
export function factsOfStreams(profiles: CameraProfile[]): Facts {
  return { manufacturer: '', model: '', firmware: '', serial: '', profiles, capabilities: { ...NO_CAPABILITIES } };
}

/**
 * Facts of a camera without ONVIF: its stream addresses are all there is. People paste addresses with user and password
 * in them; those come out beside. Throws REQUEST_INVALID with the field.
 */
export function factsByHand(uris: { main: string; sub?: string | undefined }): {
  facts: Facts;
  username: string;
  password: string;
} {
  const read = (role: ProfileRole, uri: string) => {
    const address = parseStreamAddress(uri);
    if (address) return address;
    throw new AppError('REQUEST_INVALID', [{ path: `streamUris.${role}`, message: 'not an rtsp:// address' }]);
  };
  const main = read('main', uris.main);
  const sub = uris.sub === undefined || uris.sub === '' ? main : read('sub', uris.sub);
  return {
    facts: factsOfStreams([profileByHand('main', main.address), profileByHand('sub', sub.address)]),
    username: main.username,
    password: main.password,
  };
}

/** A stream of which nothing is known but where it is. */
export function profileByHand(role: ProfileRole, streamUri: string): CameraProfile {
  const unknown = { codec: 'unknown', width: 0, height: 0, fps: 0, keyIntervalSec: null, audio: null } as const;
  return { role, token: '', name: role, ...unknown, streamUri };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Fields that were given: a partial schema lets `undefined` through. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
