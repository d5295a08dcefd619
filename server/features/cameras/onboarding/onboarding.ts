import { networkInterfaces } from 'node:os';
import type { LookRequest, NetworkInterface, StreamLook } from '#contract/camera-onboarding.ts';
import { AppError } from '#lib/app-error.ts';
import type { Asking } from '../asking.ts';
import { placesOf } from './address.ts';

/** Looks at a time: each pulls a stream and decodes a picture. */
const LOOKS = 4;

/** What is asked of a camera before it is one of ours. */
export class Onboarding {
  readonly #asking: Asking;
  #looks = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** Those of this machine that cameras can be searched on, real networks first. */
  interfaces(): NetworkInterface[] {
    const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap(({ family, address, cidr, internal }) =>
        family === 'IPv4' ? [{ name, address, prefix: Number(cidr?.split('/')[1] ?? 32), internal }] : [],
      ),
    );
    return all.sort((a, b) => Number(a.internal) - Number(b.internal));
  }

  /**
   * Finds where a camera's ONVIF answers, one place after the other and without signing in. Throws REQUEST_INVALID,
   * CAMERA_ADDRESS_FORBIDDEN, CAMERA_NOT_ONVIF where something else answers, or CAMERA_UNREACHABLE.
   */
  async locate(address: string): Promise<string> {
    const places = placesOf(address);
    if (!places) throw new AppError('REQUEST_INVALID', [{ path: 'address', message: 'a host or http:// address' }]);
    let failure: unknown;
    for (const place of places) {
      const answer = await this.#asking.answersAt(place);
      if (answer === null) return place;
      if (answer.code !== 'CAMERA_UNREACHABLE' && answer.code !== 'CAMERA_NOT_ONVIF') throw answer;
      if (failure === undefined || answer.code === 'CAMERA_NOT_ONVIF') failure = answer;
    }
    throw failure;
  }

  /** Throws CAMERA_*. */
  async look(request: LookRequest): Promise<StreamLook> {
    if (this.#looks >= LOOKS) throw new AppError('CAMERA_BUSY', `${LOOKS} streams are looked at already`);
    this.#looks += 1;
    try {
      return await this.#asking.look(request);
    } finally {
      this.#looks -= 1;
    }
  }
}
