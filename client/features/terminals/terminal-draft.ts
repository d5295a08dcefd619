import type { z } from 'zod';
import { type Terminal, TerminalInput, type UnknownTerminal } from '#contract/terminals.ts';
import { byField, checkForm, type Checked } from '../admin/form-errors.ts';

export type TerminalDraft = z.output<typeof TerminalInput>;
type Key = Pick<Terminal, 'hallId' | 'kind' | 'deviceId'>;

/** What makes a terminal one of its kind: a device id is unique within its hall and kind only. */
export const keyOf = ({ hallId, kind, deviceId }: Key): string => `${hallId}/${kind}/${deviceId}`;

export function blankTerminal(hallId: string): TerminalDraft {
  return { hallId, kind: 'caller', deviceId: '', windowId: null, name: '', acceptKey: null };
}

/**
 * An unknown terminal as it would be registered, with the key it came with; a device named after a window most likely
 * stands at that window.
 */
export function draftOfUnknown(unknown: UnknownTerminal, windowIds: readonly string[]): TerminalDraft {
  const { hallId, kind, deviceId, keyPrint } = unknown;
  const windowId = windowIds.find((id) => deviceId === id || deviceId.endsWith(`-${id}`)) ?? null;
  return { ...blankTerminal(hallId), kind, deviceId, windowId, acceptKey: keyPrint };
}

export function checkTerminal(draft: TerminalDraft, known: readonly Key[]): Checked<z.output<typeof TerminalInput>> {
  const checked = checkForm(TerminalInput, draft);
  if (!checked.ok || !known.some((terminal) => keyOf(terminal) === keyOf(draft))) return checked;
  return { ok: false, fields: byField([['deviceId', { key: 'duplicate', params: { value: draft.deviceId } }]]) };
}

/** A clock that is off by more than this is worth mending, ms. */
export const SKEW_LIMIT_MS = 5000;

/** A skew in words of digits: "+8.3 s". */
export function skewText(ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  return `${sign}${(Math.abs(ms) / 1000).toFixed(1)} s`;
}

/** Whether each word of a search is in one of the texts, in whatever case. */
export function isMeant(search: string, texts: readonly string[]): boolean {
  const lower = texts.map((text) => text.toLowerCase());
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => lower.some((text) => text.includes(word)));
}

/** Lost ones first, then those never heard, then by place. */
export function byNeed(a: Terminal, b: Terminal): number {
  const rank = { lost: 0, 'never-heard': 1, online: 2 };
  return rank[a.link] - rank[b.link] || keyOf(a).localeCompare(keyOf(b), undefined, { numeric: true });
}
