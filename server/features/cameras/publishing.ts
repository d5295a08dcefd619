import { randomBytes } from 'node:crypto';
import type { Camera, PublishAddress } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import { factsOfStreams, profileByHand, type Facts } from './description.ts';
import type { PushPort } from './ports.ts';
import type { Kept } from './register.ts';

const APP = 'live';

/** Nothing is known of a device before it pushes; wall and main picture both come from the one stream that it sends. */
export function factsOfPushing(cameraId: string): Facts {
  const uri = `rtmp:/${APP}/${cameraId}`;
  return factsOfStreams([profileByHand('main', uri), profileByHand('sub', uri)]);
}

/** Letters and digits only: people type it into the menus of encoders. */
export function newPublishKey(): string {
  return randomBytes(20).toString('hex');
}

export function pushes({ sourceChoice }: Pick<Camera, 'sourceChoice'>): boolean {
  return sourceChoice === 'rtmp';
}

/** Whether a camera is pulled or pushes is chosen once: everything known of it hangs on that. Throws REQUEST_INVALID. */
export function refuseTurning(before: Camera, after: Camera, password: string | undefined): void {
  const refuse = (path: string, message: string) => new AppError('REQUEST_INVALID', [{ path, message }]);
  if (pushes(before) !== pushes(after)) throw refuse('sourceChoice', 'add the device anew to change this');
  if (!pushes(after)) return;
  if (after.onvifUrl !== null) throw refuse('onvifUrl', 'a device that pushes has none');
  if (password !== undefined) throw refuse('password', 'renew the publish key instead');
}

const nowhere: PushPort = {
  listening: null,
  allow: () => undefined,
  forbid: () => undefined,
  isPublishing: () => false,
};

/** Joins cameras that push to the part that receives: who may publish, and the address to enter into the device. */
export class Publishing {
  readonly #push: PushPort;

  constructor(push: PushPort = nowhere) {
    this.#push = push;
  }

  /** Makes the keys what the camera says. A publisher with an old key has to leave. */
  apply({ camera, password }: Kept): void {
    if (pushes(camera) && camera.enabled && password !== '') this.#push.allow(camera.id, password);
    else this.remove(camera.id);
  }

  remove(cameraId: string): void {
    this.#push.forbid(cameraId);
  }

  /** `host`: by what name who asks has reached us. Throws CONFLICT for a camera that is pulled, RTMP_OFF. */
  addressOf({ camera, password }: Kept, host: string): PublishAddress {
    if (!pushes(camera)) throw new AppError('CONFLICT', `${camera.id} is pulled and does not push`);
    const { listening } = this.#push;
    if (!listening) throw new AppError('RTMP_OFF');
    const everywhere = listening.host === '0.0.0.0' || listening.host === '::';
    const name = everywhere ? host : listening.host;
    const server = `rtmp://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${listening.port}/${APP}`;
    const streamKey = `${camera.id}?key=${password}`;
    return { url: `${server}/${streamKey}`, server, streamKey, publishing: this.#push.isPublishing(camera.id) };
  }
}
