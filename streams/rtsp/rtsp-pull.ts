import { randomBytes } from 'node:crypto';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { unguarded } from '#lib/credential-guard.ts';
import { rulesOf } from '../codec/codec-rules.ts';
import { PictureBuilder } from '../codec/picture-builder.ts';
import type { SourceAddress, SourceSink } from '../source.ts';
import { Authenticator } from './authenticator.ts';
import { RtspConnection } from './connection.ts';
import { nobodyThere } from './doorstep.ts';
import { knock, KNOCK_EVERY_MS } from './knock.ts';
import { InterleavedPaths, openUdpPath, type MediaPath } from './media-path.ts';
import type { PullEnd, PullPlan } from './pull-plan.ts';
import { RtpReceiver } from './rtp-receiver.ts';
import { RtspSession } from './session.ts';
import { SoundReader } from './sound-reader.ts';
import type { SoundTrack } from './sound-track.ts';
import { Synchroniser } from './synchroniser.ts';
import { TrackReceiver, type TrackReceiverOptions } from './track-receiver.ts';
import type { VideoTrack } from './video-track.ts';
import { WallClock } from './wall-clock.ts';

const STEP_TIMEOUT_MS = 5000;
/** Sound is an extra: pictures do not wait long for it. */
const SOUND_TIMEOUT_MS = 1500;
/** About the interval of RFC 3550, 6.2; also how often the link is judged. */
export const REPORT_EVERY_MS = 5000;
/** How often a camera that plays but shows nothing is asked whether it is still there. */
export const STILL_THERE_EVERY_MS = 4000;
/** Over UDP a firewall may let PLAY pass and keep every packet. */
export const FIRST_DATAGRAM_WITHIN_MS = 5000;

export interface RtspPullOptions {
  plan: PullPlan;
  account: Pick<SourceAddress, 'username' | 'password' | 'guard'>;
  sink: SourceSink;
  clock: Clock;
  networks?: CameraNetworks | undefined;
  signal: AbortSignal;
}

interface Track {
  receiver: TrackReceiver;
  path: MediaPath;
}

/** One connection to a camera, from the first knock to its end. */
export class RtspPull {
  readonly #options: RtspPullOptions;
  readonly #synchroniser = new Synchroniser();
  readonly #ours = randomBytes(4).readUInt32BE();
  #stage: 'knock' | 'describe' | 'sound' | 'play' = 'knock';
  #connection: RtspConnection | null = null;
  #session: RtspSession | null = null;
  #interleaved: InterleavedPaths | null = null;
  #video: Track | null = null;
  #sound: Track | null = null;
  #gavePictures = false;

  constructor(options: RtspPullOptions) {
    this.#options = options;
  }

  /** Resolves when nothing of it is open any more. Stopped by the signal it is `over` as well. */
  async run(): Promise<PullEnd> {
    const { clock, signal } = this.#options;
    const stop = () => void this.#session?.close();
    const endings = [() => signal.removeEventListener('abort', stop)];
    signal.addEventListener('abort', stop);
    try {
      const session = await this.#connect();
      const description = await session.describe();
      if (description.redirect) return { how: 'redirected', to: description.redirect };
      const refusal = await this.#setUpVideo(session, description.video);
      if (refusal !== null) return { how: 'transport-refused', detail: refusal };
      if (description.sound) await this.#setUpSound(session, description.sound);
      this.#stage = 'play';
      await session.play();
      endings.push(
        session.keepAlive(clock),
        clock.every(REPORT_EVERY_MS, () => this.#report()),
        this.#awaitDatagrams(),
        this.#awaitPictures(),
      );
      return await this.#ended(await this.#connection!.ended);
    } catch (error) {
      return await this.#ended(error instanceof AppError ? error : new AppError('CAMERA_PROTOCOL', messageOf(error)));
    } finally {
      for (const end of endings) end();
      await this.#close();
    }
  }

  async #connect(): Promise<RtspSession> {
    const { plan, account, clock, networks, signal } = this.#options;
    const { host, port, uri } = plan.address;
    const open = () =>
      new RtspConnection({
        host,
        port,
        networks,
        clock,
        timeoutMs: STEP_TIMEOUT_MS,
        interleaved: (channel, bytes, start, end) => this.#interleaved?.take(channel, bytes, start, end),
      });
    const { connection, options } = await knock({ open, uri, clock, signal });
    this.#connection = connection;
    this.#interleaved = new InterleavedPaths(connection);
    const authenticator = new Authenticator(account);
    const guard = account.guard ?? unguarded;
    this.#session = new RtspSession({ connection, authenticator, guard, signal, address: plan.address, options });
    this.#stage = 'describe';
    return this.#session;
  }

  /** Answers null, or why the camera does not want this transport. */
  async #setUpVideo(session: RtspSession, track: VideoTrack): Promise<string | null> {
    const { clock, sink } = this.#options;
    const { codec, payloadType, clockRate, fps, parameterSets, control } = track;
    const pictures: SourceSink = {
      format: (format) => sink.format(format),
      unit: (unit) => {
        this.#gavePictures = true;
        this.#synchroniser.picture(unit.pts, unit.wallclock, clock.monotonic());
        sink.unit(unit);
      },
      dropped: () => sink.dropped(),
    };
    const builder = new PictureBuilder({ rules: rulesOf(codec), sink: pictures, announcedFps: fps, parameterSets });
    const wallClock = new WallClock(clockRate);
    const receiver = new RtpReceiver({ codec, payloadType, clockRate, builder, wallClock, clock });
    this.#video = await this.#open({
      payloadType,
      clockRate,
      wallClock,
      packet: (bytes, start, end) => receiver.packet(bytes, start, end),
      restart: () => receiver.restart(),
      goodbye: () => this.#connection?.destroy(new AppError('CAMERA_UNREACHABLE', 'the camera ended the stream')),
    });
    return this.#setUp(session, this.#video, control, STEP_TIMEOUT_MS);
  }

  /** Whatever goes wrong with sound, the pictures go on without it. */
  async #setUpSound(session: RtspSession, track: SoundTrack): Promise<void> {
    const { plan, clock, sink } = this.#options;
    if (!plan.sound || !sink.sound || !sink.soundFormat) return;
    this.#stage = 'sound';
    const { payloadType, clockRate, control } = track;
    const wallClock = new WallClock(clockRate);
    const synchroniser = this.#synchroniser;
    const reader = new SoundReader({ track, wallClock, synchroniser, clock, take: (unit) => sink.sound!(unit) });
    const sound = await this.#open({
      payloadType,
      clockRate,
      wallClock,
      packet: (bytes, start, end) => reader.packet(bytes, start, end),
      restart: () => reader.lose(),
    });
    this.#sound = sound;
    const refusal = await this.#setUp(session, sound, control, SOUND_TIMEOUT_MS).catch((error: unknown) => {
      if (this.#connection?.over) throw error;
      return messageOf(error);
    });
    if (refusal === null) return sink.soundFormat(track.format);
    sound.path.close();
    this.#sound = null;
  }

  async #open(
    track: Pick<TrackReceiverOptions, 'payloadType' | 'clockRate' | 'wallClock' | 'packet' | 'restart' | 'goodbye'>,
  ): Promise<Track> {
    const { plan, clock } = this.#options;
    const unordered = plan.transport === 'udp';
    const receiver = new TrackReceiver({ ...track, clock, unordered, ours: this.#ours });
    const path = unordered ? await openUdpPath(this.#connection!, receiver) : this.#interleaved!.open(receiver);
    return { receiver, path };
  }

  async #setUp(session: RtspSession, track: Track, control: string | null, timeoutMs: number): Promise<string | null> {
    const { receiver, path } = track;
    const answer = await session.setup(control, path.offer, timeoutMs);
    if (answer.refused !== null) return answer.refused;
    path.begin(answer.transport, receiver.report().packet);
    return null;
  }

  #report(): void {
    for (const track of [this.#video, this.#sound]) {
      if (!track?.receiver.heard) continue;
      const { packet, link } = track.receiver.report();
      track.path.report(packet);
      if (track === this.#video) this.#options.sink.link?.(link);
    }
  }

  #awaitDatagrams(): () => void {
    const { plan, clock } = this.#options;
    if (plan.transport === 'tcp') return () => undefined;
    return clock.after(FIRST_DATAGRAM_WITHIN_MS, () => {
      if (this.#video?.receiver.heard) return;
      // Where TCP was the camera's to refuse, it may just be silent; where TCP failed, another client may do better.
      const code = plan.closedAfterPlay > 0 ? 'CAMERA_PROTOCOL' : 'CAMERA_SILENT';
      this.#connection?.destroy(
        new AppError(code, `no packet over UDP within ${FIRST_DATAGRAM_WITHIN_MS} ms: a firewall may keep them`),
      );
    });
  }

  /**
   * A camera may take long to its first picture, and it may die meanwhile without a word: then its return would be waited
   * for on a connection that it knows nothing of any more. A knock beside it tells the one from the other.
   */
  #awaitPictures(): () => void {
    const { plan, clock, networks, signal } = this.#options;
    const leave = new AbortController();
    let asking = false;
    const end = clock.every(STILL_THERE_EVERY_MS, () => {
      if (this.#gavePictures || asking) return;
      asking = true;
      const asked = clock.monotonic();
      const either = AbortSignal.any([signal, leave.signal]);
      void nobodyThere({ uri: plan.address.uri, clock, networks, signal: either }).then((nobody) => {
        asking = false;
        // A refusal at once is an answer: of a camera that has room for one connection.
        const unheard = clock.monotonic() - asked >= KNOCK_EVERY_MS;
        if (nobody && unheard && !this.#gavePictures)
          this.#connection?.destroy(new AppError(nobody.code, nobody.detail));
      });
    });
    return () => {
      end();
      leave.abort();
    };
  }

  async #ended(error: AppError): Promise<PullEnd> {
    const over: PullEnd = { how: 'over', error };
    const cause = this.#connection?.over ? await this.#connection.ended : null;
    if (cause?.code !== 'CAMERA_UNREACHABLE' || this.#options.signal.aborted) return over;
    if (this.#stage === 'sound') return { how: 'sound-refused' };
    return this.#stage === 'play' && !this.#gavePictures ? { how: 'closed-after-play' } : over;
  }

  async #close(): Promise<void> {
    if (this.#video?.receiver.heard) this.#options.sink.link?.(this.#video.receiver.report().link);
    for (const track of [this.#video, this.#sound]) {
      track?.path.close();
      track?.receiver.close();
    }
    await this.#session?.close();
  }
}
