import type { AuditAct, AuditEntry } from '#contract/audit.ts';
import { parseZoned } from '../footage/zone-time.ts';

/** What is asked of the audit: everything, who watched a camera, or what a person watched. */
export type Question = 'all' | 'camera' | 'person';

/** Everything by which somebody sees pictures, or takes them away. */
export const watching: readonly AuditAct[] = [
  'live.watched',
  'footage.watched',
  'footage.looked',
  'footage.snapshot',
  'footage.token-issued',
  'export.asked',
  'export.downloaded',
];

export interface Asked {
  account: string;
  camera: string;
  /** Days of the house, both inclusive; empty: open. */
  from: string;
  until: string;
}

/** The query of the server for a question; null while what it is about is not named. */
export function queryOf(
  question: Question,
  { account, camera, from, until }: Asked,
  zone: string,
): URLSearchParams | null {
  if ((question === 'camera' && camera === '') || (question === 'person' && account === '')) return null;
  const query = new URLSearchParams();
  if (account !== '') query.set('account', account);
  if (camera !== '') {
    query.set('subjectKind', 'camera');
    query.set('subjectId', camera);
  }
  if (question !== 'all') query.set('acts', watching.join(','));
  if (from !== '') query.set('from', startOf(from, zone));
  if (until !== '') query.set('until', startOf(dayAfter(until), zone));
  return query;
}

const startOf = (day: string, zone: string) => new Date(parseZoned(`${day} 00:00`, zone, 0)!).toISOString();
const dayAfter = (day: string) => new Date(Date.parse(day) + 24 * 3600_000).toISOString().slice(0, 10);

/** How long what was seen lasted, ms; of what is done at once, nothing. */
export function lastedMs({ began, at }: Pick<AuditEntry, 'began' | 'at'>): number {
  return began === null ? 0 : Date.parse(at) - Date.parse(began);
}

/** `1:02:03`, `2:03`; empty for less than a second. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds === 0) return '';
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
