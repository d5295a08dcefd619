/** What a problem is about (contract/system.ts), taken apart. */
export type ProblemSubject =
  | { kind: 'camera'; cameraId: string; role: string | null }
  | { kind: 'terminal'; hallId: string; terminalKind: string; deviceId: string }
  | { kind: 'volume'; volumeId: string }
  | { kind: 'output'; name: string }
  | { kind: 'exchange'; sourceId: string }
  | { kind: 'other'; text: string };

/** Reads a `ProblemSubject`, or any other word. */
export function readSubject(subject: string): ProblemSubject {
  const [kind, rest] = subject.split(/:(.*)/s);
  const parts = (rest ?? '').split('/');
  if (kind === 'camera' && parts[0]) return { kind, cameraId: parts[0], role: parts[1] ?? null };
  if (kind === 'terminal' && parts[0] && parts[1] && parts[2])
    return { kind, hallId: parts[0], terminalKind: parts[1], deviceId: parts[2] };
  if (kind === 'volume' && parts[0]) return { kind, volumeId: parts[0] };
  if (kind === 'output' && parts[1]) return { kind, name: parts.slice(1).join('/') };
  if (kind === 'exchange' && rest) return { kind, sourceId: rest };
  return { kind: 'other', text: subject };
}
