/** One day of one queue as history tells it: tickets issued in each slot of the day. */
export interface DayOfArrivals {
  /** What kind of day it was: working, make-up or a Saturday's extended service, as the calendar has it. */
  kind: string;
  /** 1 Monday .. 7 Sunday. */
  weekday: number;
  issued: readonly number[];
}

/** So many days of its own a kind or weekday needs to be believed as much as what it is drawn towards. */
const PRIOR_DAYS = 3;
/** So many people must have come today to move today's level half of the way. */
const PRIOR_PEOPLE = 25;
/** So many standard deviations above what the rest of the day lets expect, people come in a group: of them the day is not busier. */
const MOST_BY_CHANCE = 3;

/**
 * People expected in each slot of a day of this kind and weekday. Few days of its own kind say little, so the mean of
 * a weekday is drawn towards that of its kind, and that of the kind towards all days. Null without any history.
 */
export function typicalDay(
  history: readonly DayOfArrivals[],
  { kind, weekday }: { kind: string; weekday: number },
): number[] | null {
  const slots = history[0]?.issued.length;
  if (slots === undefined) return null;
  const ofKind = history.filter((day) => day.kind === kind);
  const ofWeekday = ofKind.filter((day) => day.weekday === weekday);
  const all = drawn(
    history,
    Array.from({ length: slots }, () => 0),
    0,
  );
  return smooth(drawn(ofWeekday, drawn(ofKind, all, PRIOR_DAYS), PRIOR_DAYS));
}

/** How busy today is beside the typical day, from the slots that are over: 1 where nothing is known yet. */
export function levelOfToday(typical: readonly number[], issuedSoFar: readonly number[]): number {
  const expected = sum(typical.slice(0, issuedSoFar.length));
  const issued = sum(issuedSoFar);
  const alone = issuedSoFar.map((people, slot) => {
    const usual = typical[slot] ?? 0;
    return Math.min(people, mostByChance(usual * level(issued - people, expected - usual)));
  });
  return level(sum(alone), expected);
}

const level = (issued: number, expected: number) => (issued + PRIOR_PEOPLE) / (expected + PRIOR_PEOPLE);
const mostByChance = (expected: number) => expected + MOST_BY_CHANCE * Math.sqrt(Math.max(1, expected));
const sum = (people: readonly number[]) => people.reduce((all, each) => all + each, 0);

/** The mean over `days`, as if `prior` had been seen on `priorDays` more. */
function drawn(days: readonly DayOfArrivals[], prior: readonly number[], priorDays: number): number[] {
  const weight = days.length + priorDays;
  return prior.map((expected, slot) => {
    const seen = days.reduce((sum, { issued }) => sum + (issued[slot] ?? 0), 0);
    return weight === 0 ? expected : (seen + expected * priorDays) / weight;
  });
}

/** Five minutes of few days are mostly chance: each slot is drawn together with its neighbours. */
function smooth(slots: readonly number[]): number[] {
  const at = (slot: number) => slots[Math.min(slots.length - 1, Math.max(0, slot))]!;
  return slots.map((_, slot) => (at(slot - 1) + 2 * at(slot) + at(slot + 1)) / 4);
}
