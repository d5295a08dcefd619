/** How a parameter of a rule is asked for. */
export type ParamField =
  | { as: 'duration' }
  | { as: 'flag' }
  | { as: 'kinds' }
  /** `scale`: what the person sees is so many times what is kept. */
  | { as: 'number'; min: number; max: number; step: number; scale: number };

const count = (min: number, max: number): ParamField => ({ as: 'number', min, max, step: 1, scale: 1 });
const duration: ParamField = { as: 'duration' };

const fields: Record<string, ParamField> = {
  onlyWhileWaiting: { as: 'flag' },
  kinds: { as: 'kinds' },
  unplannedSec: duration,
  otherwiseSec: duration,
  overSec: duration,
  withinSec: duration,
  holdSec: duration,
  silentSec: duration,
  limitSec: duration,
  factor: { as: 'number', min: 1, max: 20, step: 0.5, scale: 1 },
  share: { as: 'number', min: 1, max: 200, step: 1, scale: 100 },
  perWindow: count(1, 1000),
  leastServices: count(2, 1000),
  leastCalls: count(2, 1000),
  topScores: count(2, 1000),
  unrated: count(2, 1000),
  worstScore: count(1, 4),
};

/** The parameters of a rule that its kind has beyond ladder and clear time, in their order. */
export function paramFields(params: object): [name: string, field: ParamField][] {
  return Object.keys(params).flatMap((name) => (fields[name] ? [[name, fields[name]]] : []));
}
