import type { z } from 'zod';
import type { Camera, CameraInput } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import type { Asking } from './asking.ts';
import { factsByHand, factsOf, type Facts } from './description.ts';
import { seen } from './onboarding/by-stream.ts';
import type { Onboarding } from './onboarding/onboarding.ts';
import { factsOfPushing, newPublishKey, pushes } from './publishing.ts';

/** What a camera is stored as under the id that it gets. */
export type Draft = (id: string) => { camera: Camera; password: string };

type Input = z.output<typeof CameraInput>;

export interface AddingPorts {
  asking: Asking;
  onboarding: Onboarding;
  /** Whether streams are looked at before they are stored. */
  looks: boolean;
}

/** Makes a camera out of what a person says of it and what it says of itself. */
export class Adding {
  readonly #ports: AddingPorts;

  constructor(ports: AddingPorts) {
    this.#ports = ports;
  }

  /** Throws CAMERA_* where the camera does not answer as it must, REQUEST_INVALID where there is no address. */
  draft(input: Input): Promise<Draft> | Draft {
    if (pushes(input)) return pushing(input);
    if (input.onvifUrl !== null) return this.#described(input, input.onvifUrl);
    if (input.streamUris) return this.#byHand(input, input.streamUris);
    throw new AppError('REQUEST_INVALID', [{ path: 'onvifUrl', message: 'give this or stream addresses' }]);
  }

  async #described(input: Input, onvifUrl: string): Promise<Draft> {
    const { username, password } = input;
    const facts = factsOf(await this.#ports.asking.describe({ onvifUrl, username, password }));
    return (id) => ({ camera: cameraOf(id, input, facts), password });
  }

  /** People paste addresses with user and password in them; those count where no others are given. */
  async #byHand(input: Input, streamUris: NonNullable<Input['streamUris']>): Promise<Draft> {
    const { asking, onboarding, looks } = this.#ports;
    const read = factsByHand(streamUris);
    for (const { streamUri } of read.facts.profiles) await asking.permit(streamUri);
    const { username, password } = input.username === '' && input.password === '' ? read : input;
    const { profiles } = read.facts;
    const found = looks ? await seen(profiles, { username, password }, (look) => onboarding.look(look)) : profiles;
    return (id) => ({ camera: cameraOf(id, { ...input, username }, { ...read.facts, profiles: found }), password });
  }
}

/** A device that pushes says nothing of itself before; it gets a key of its own to push with. */
function pushing(input: Input): Draft {
  const nothing = { ...input, onvifUrl: null, username: '' };
  return (id) => ({ camera: cameraOf(id, nothing, factsOfPushing(id)), password: newPublishKey() });
}

function cameraOf(id: string, input: Input, facts: Facts): Camera {
  const { hallId, name, purpose, onvifUrl, username, windowIds, place, bearing, sourceChoice } = input;
  const said = { hallId, name, purpose, onvifUrl, username, windowIds, place, bearing, sourceChoice };
  return { ...said, ...facts, id, hasPassword: false, enabled: true };
}
