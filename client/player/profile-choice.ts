import type { CameraProfile, ProfileRole, VideoCodec } from '#contract/cameras.ts';

/** Device pixels. */
export interface PixelSize {
  width: number;
  height: number;
}

/** A picture that is enlarged by a quarter looks the same on a wall: no larger stream is pulled and decoded for less. */
const ENLARGED_AT_MOST = 1.25;
/** A tile that was made smaller keeps the larger stream so long, ms: who goes through pictures one by one comes back. */
const SHRINK_AFTER_MS = 5000;
/** A computer or network that could not keep up with the larger stream is spared it so long, ms. */
const REST_MS = 60_000;
/** What a sub stream is taken for whose camera does not say its size. */
const USUAL_SUB: PixelSize = { width: 640, height: 360 };

type Profile = Pick<CameraProfile, 'role' | 'codec' | 'width' | 'height' | 'streamUri'>;

/** What is known of a tile that looks for its stream. */
export interface Place {
  size: PixelSize;
  /** Somebody enlarged this one picture: it gets every pixel it can show, converted where the browser needs that. */
  enlarged: boolean;
  /** Whether the browser decodes H.265; what it does not is converted, which costs the server a process each. */
  h265: boolean;
}

/** The streams that a tile can choose from, the smaller first. Some cameras have one stream under both names. */
export function offeredRoles(profiles: readonly Profile[]): ProfileRole[] {
  const [sub, main] = (['sub', 'main'] as const).map((role) => profiles.find((profile) => profile.role === role));
  if (!main) return ['sub'];
  if (!sub) return ['main'];
  return sub.streamUri === main.streamUri ? ['sub'] : ['sub', 'main'];
}

/** The smallest stream that fills the place; where none does, the largest. */
export function fittingRole(profiles: readonly Profile[], { size, enlarged, h265 }: Place): ProfileRole {
  if (profiles.length === 0) return 'sub';
  const offered = offeredRoles(profiles).flatMap((role) => profiles.find((profile) => profile.role === role) ?? []);
  const cheap = offered.filter(({ codec }) => enlarged || h265 || !isH265(codec));
  const candidates = cheap.length > 0 ? cheap : offered;
  const limit = enlarged ? 1 : ENLARGED_AT_MOST;
  const fits = (profile: Profile) => {
    const { width, height } = sizeOf(profile);
    return Math.min(size.width / width, size.height / height) <= limit;
  };
  const larger = (a: Profile, b: Profile) => (sizeOf(b).width > sizeOf(a).width ? b : a);
  return (candidates.find(fits) ?? candidates.reduce(larger)).role;
}

const isH265 = (codec: VideoCodec) => codec === 'h265';

function sizeOf({ role, width, height }: Profile): PixelSize {
  if (width > 0 && height > 0) return { width, height };
  return role === 'sub' ? USUAL_SUB : { width: Infinity, height: Infinity };
}

/** What a tile is to show, and what it remembers to decide it; times are ms on the caller's clock. */
export interface ProfileChoice {
  role: ProfileRole;
  /** When the smaller stream is taken unless the tile grows again. */
  shrinkAt: number | null;
  /** Until when the larger stream is not tried again. */
  restUntil: number | null;
}

export interface ProfileQuestion {
  offered: readonly ProfileRole[];
  fits: ProfileRole;
  /** What a person has chosen, if anyone has. */
  pinned: ProfileRole | null;
  enlarged: boolean;
  /** Pictures of the main stream come faster than they can be shown, or it stands still. */
  slow: boolean;
}

/** Grows at once and shrinks after a while; a pin counts at once. Ask again when `shrinkAt` or `restUntil` is reached. */
export function chooseProfile(before: ProfileChoice, question: ProfileQuestion, now: number): ProfileChoice {
  const { offered, fits, pinned, enlarged, slow } = question;
  const settled = (role: ProfileRole, rest: number | null = null) => ({ role, shrinkAt: null, restUntil: rest });
  if (pinned !== null && offered.includes(pinned)) return settled(pinned);
  if (offered.length === 1) return settled(offered[0]!);
  // Who enlarged a picture wants to see it, late or not: the tile says that it skips.
  const restUntil = enlarged ? null : slow && before.role === 'main' ? now + REST_MS : before.restUntil;
  if (restUntil !== null && restUntil > now) return settled('sub', restUntil);
  if (fits === 'main' || before.role === 'sub') return settled(fits);
  const shrinkAt = before.shrinkAt ?? now + SHRINK_AFTER_MS;
  return now < shrinkAt ? { role: 'main', shrinkAt, restUntil: null } : settled('sub');
}
