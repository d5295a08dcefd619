import { errorCatalogue } from '#contract/errors.ts';
import { PartName, type PartState, type Problem, type Readiness } from '#contract/system.ts';
import type { z } from 'zod';

/** Which part a problem is about, by the word before the colon of its subject. Others are no one part's concern. */
const partOf: Readonly<Record<string, PartName>> = {
  database: 'database',
  broker: 'broker',
  ffmpeg: 'ffmpeg',
  ingest: 'ingest',
  camera: 'cameras',
  storage: 'storage',
  volume: 'storage',
  alerts: 'alerts',
};

/** Parts without which a wall shows nothing new: their problem makes them `down`, that of the others `degraded`. */
const essential: ReadonlySet<PartName> = new Set(['database', 'broker']);

/**
 * The state of each part, told by the problems on the board. Ready means: nothing essential is down, so a load balancer
 * may send people here.
 */
export function readinessOf(problems: readonly Problem[]): z.infer<typeof Readiness> {
  const byPart = Map.groupBy(problems, ({ subject }) => partOf[subject.split(':', 1)[0]!]);
  const parts = PartName.options.map((part) => stateOf(part, byPart.get(part) ?? []));
  return { ready: parts.every(({ state }) => state !== 'down'), parts };
}

function stateOf(part: PartName, problems: readonly Problem[]): PartState {
  const [first, ...others] = problems;
  if (!first) return { part, state: 'ok', code: null, detail: null };
  const more = others.length > 0 ? `${first.subject} and ${others.length} more` : first.subject;
  return {
    part,
    state: essential.has(part) ? 'down' : 'degraded',
    code: first.code,
    detail: `${more}: ${first.detail ?? errorCatalogue[first.code].advice}`,
  };
}
