import type { ErrorCode } from '#contract/errors.ts';
import { AppError } from '#lib/app-error.ts';

/**
 * How an exchange with a camera went wrong:
 * `unreachable` nothing answered in time; `hung-up` the connection ended without an answer; `foreign` the answer is not
 * SOAP; `unauthorized`; `unsupported` a SOAP fault that says there is no such function; `fault` one about something else;
 * `strange` SOAP, but not what was asked.
 */
export type FailureKind = 'unreachable' | 'hung-up' | 'foreign' | 'unauthorized' | 'unsupported' | 'fault' | 'strange';

export class OnvifFailure extends Error {
  readonly kind: FailureKind;

  /** `words`: what the camera or the system said. */
  constructor(kind: FailureKind, words: string) {
    super(words);
    this.name = 'OnvifFailure';
    this.kind = kind;
  }
}

/**
 * `device`: is it a camera that lets us in? `media`: it is, so a failure now means that it has no stream for us.
 * `control`: it is told to do something.
 */
export type Stage = 'device' | 'media' | 'control';

const codes: Record<FailureKind, Record<Stage, ErrorCode>> = {
  unreachable: { device: 'CAMERA_UNREACHABLE', media: 'CAMERA_UNREACHABLE', control: 'CAMERA_UNREACHABLE' },
  'hung-up': { device: 'CAMERA_UNREACHABLE', media: 'CAMERA_NO_STREAM', control: 'CAMERA_UNREACHABLE' },
  foreign: { device: 'CAMERA_NOT_ONVIF', media: 'CAMERA_NO_STREAM', control: 'CAMERA_UNSUPPORTED' },
  unauthorized: { device: 'CAMERA_UNAUTHORIZED', media: 'CAMERA_UNAUTHORIZED', control: 'CAMERA_UNAUTHORIZED' },
  unsupported: { device: 'CAMERA_NOT_ONVIF', media: 'CAMERA_NO_STREAM', control: 'CAMERA_UNSUPPORTED' },
  fault: { device: 'CAMERA_NOT_ONVIF', media: 'CAMERA_NO_STREAM', control: 'CAMERA_COMMAND_REFUSED' },
  strange: { device: 'CAMERA_NOT_ONVIF', media: 'CAMERA_NO_STREAM', control: 'CAMERA_COMMAND_REFUSED' },
};

/** The same failure as a code that a person can act on; the camera's own words become its details. */
export function toAppError(failure: OnvifFailure, stage: Stage): AppError {
  return new AppError(codes[failure.kind][stage], failure.message, { cause: failure });
}
