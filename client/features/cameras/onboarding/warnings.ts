import type { z } from 'zod';
import type { StreamLook } from '#contract/camera-onboarding.ts';
import type { CameraProbe } from '#contract/cameras.ts';

/** What deserves a word before a camera is added. Each has a title and a remedy under `onboarding.warning`. */
export type Warning =
  | 'emptyPassword'
  | 'defaultPassword'
  | 'h265'
  | 'keyFramesRare'
  | 'clockOff'
  | 'subMissing'
  | 'subAsLarge'
  | 'frameRateLow'
  | 'noTls';

/** Worth knowing, but nothing to mend. */
export const NOTES: ReadonlySet<Warning> = new Set<Warning>(['noTls']);

const KEY_INTERVAL_SEC = 4;
const CLOCK_OFF_MS = 2000;
const LEAST_FPS = 5;

/** User and password as makers have shipped them; the whole internet tries these first. */
const SHIPPED = new Set([
  'admin/admin',
  'admin/12345',
  'admin/123456',
  'admin/1234',
  'admin/111111',
  'admin/888888',
  'admin/666666',
  'admin/4321',
  'admin/9999',
  'admin/password',
  'admin/admin123',
  'admin/meinsm',
  'admin/jvc',
  'administrator/1234',
  '888888/888888',
  '666666/666666',
  'root/root',
  'root/pass',
  'root/admin',
  'root/system',
  'root/ikwb',
  'root/camera',
  'service/service',
  'supervisor/supervisor',
  'ubnt/ubnt',
]);

export interface Seen {
  probe?: z.output<typeof CameraProbe> | undefined;
  /** What its streams really send, where that was measured. */
  looks: readonly StreamLook[];
  account: { username: string; password: string };
  https: boolean;
  /** Whether this browser shows H.265; null while it has not said. */
  decodesH265: boolean | null;
}

export function warningsOf({ probe, looks, account, https, decodesH265 }: Seen): Warning[] {
  const profiles = probe?.profiles ?? [];
  const main = profiles.find(({ role }) => role === 'main');
  const sub = profiles.find(({ role }) => role === 'sub');
  const h265 = [...profiles, ...looks].some(({ codec }) => codec === 'h265');
  const intervals = [...profiles, ...looks].map(({ keyIntervalSec }) => keyIntervalSec ?? 0);
  const rates = [...profiles, ...looks].map(({ fps }) => fps).filter((fps) => fps > 0);
  const same = main && sub && main.streamUri === sub.streamUri;
  const { username, password } = account;
  const stands: Record<Warning, boolean> = {
    emptyPassword: probe ? password === '' : false,
    defaultPassword: SHIPPED.has(`${username.toLowerCase()}/${password.toLowerCase()}`),
    h265: h265 && decodesH265 === false,
    keyFramesRare: intervals.some((seconds) => seconds > KEY_INTERVAL_SEC),
    clockOff: Math.abs(probe?.clockOffsetMs ?? 0) > CLOCK_OFF_MS,
    subMissing: probe ? !sub || same === true : false,
    subAsLarge: !!main && !!sub && !same && sub.width > 0 && sub.width * sub.height >= main.width * main.height,
    frameRateLow: rates.some((fps) => fps < LEAST_FPS),
    noTls: probe ? !https : false,
  };
  return (Object.keys(stands) as Warning[]).filter((warning) => stands[warning]);
}
