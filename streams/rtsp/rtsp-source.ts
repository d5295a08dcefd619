import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import type { Source, SourceAddress, SourceCode, SourceEnd, SourceSink } from '../source.ts';
import { parseRtspAddress } from './address.ts';
import { firstPlan, nextPlan } from './pull-plan.ts';
import { RtspPull } from './rtsp-pull.ts';

export interface RtspSourceOptions {
  address: SourceAddress;
  clock: Clock;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
}

/** Pulls H.264 or H.265, and sound beside it, by RTSP (RFC 2326): RTP in the same TCP connection, or over UDP. */
export class RtspSource implements Source {
  readonly kind = 'rtsp';
  readonly #address: SourceAddress;
  readonly #clock: Clock;
  readonly #networks: CameraNetworks | undefined;

  constructor({ address, clock, networks }: RtspSourceOptions) {
    this.#address = address;
    this.#clock = clock;
    this.#networks = networks;
  }

  async run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    const address = parseRtspAddress(this.#address.uri);
    if (!address) return failed(new AppError('CAMERA_PROTOCOL', 'the address does not begin with rtsp://'));
    let plan = firstPlan(address);
    for (;;) {
      if (signal.aborted) return { reason: 'stopped' };
      const [clock, networks] = [this.#clock, this.#networks];
      const end = await new RtspPull({ plan, account: this.#address, sink, clock, networks, signal }).run();
      if (signal.aborted) return { reason: 'stopped' };
      const next = nextPlan(plan, end);
      if (next instanceof AppError) return failed(next);
      plan = next;
    }
  }
}

function failed({ code, details }: AppError): SourceEnd {
  return { reason: 'failed', code: code as SourceCode, detail: String(details) };
}
