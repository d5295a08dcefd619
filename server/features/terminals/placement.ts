import type { Hall } from '#contract/places.ts';
import type { TerminalMessage } from '#contract/terminal-message.ts';

/** Which window or queue the message speaks of that its hall does not have; null where all is right. */
export function misplacement(hall: Hall, { body }: TerminalMessage): string | null {
  const window = 'window' in body ? (body.window ?? null) : null;
  if (window !== null && !hall.windows.some(({ id }) => id === window)) return `window ${window}`;
  const queues = [...('queue' in body ? [body.queue] : []), ...('toQueue' in body ? [body.toQueue] : [])];
  const strange = queues.find((queue) => !hall.queues.some(({ id }) => id === queue));
  return strange === undefined ? null : `queue ${strange}`;
}
