import { z } from 'zod';

/** What is handled in turns: orders 督办, complaints 投诉, enquiries 咨询 and bad reviews 差评. */
export const MatterKind = z.enum(['order', 'complaint', 'enquiry', 'review']);
export type MatterKind = z.infer<typeof MatterKind>;

/**
 * Who acts. `office`: the side that gave the order or judges the complaint. `addressee`: the department that it is about.
 * `citizen`: who complained, by the number that he was given. `clock`: nobody; a limit has passed.
 */
export type Side = 'office' | 'addressee' | 'citizen' | 'clock';

export const MatterState = z.enum([
  ...['drafted', 'issued', 'handling', 'answered', 'withdrawn'],
  ...['registered', 'accepted', 'refused', 'assigned', 'replied', 'unsatisfied'],
  ...['raised', 'genuine', 'disputed', 'corrected', 'called-back', 'dismissed'],
  'closed',
] as const);
export type MatterState = z.infer<typeof MatterState>;

export const MatterActName = z.enum([
  'make',
  'escalate',
  ...['issue', 'withdraw', 'sign', 'report', 'feedback', 'return', 'accept', 'hurry'],
  ...['refuse', 'assign', 'reply', 'rate', 'reopen', 'close'],
  ...['verify', 'dispute', 'uphold-dispute', 'reject-dispute', 'correct', 'call-back'],
] as const);
export type MatterActName = z.infer<typeof MatterActName>;

/** What was found: of a complaint whether it was right, of a bad review whether it was one. */
export const Verdict = z.enum(['upheld', 'partly', 'unfounded']);
export type Verdict = z.infer<typeof Verdict>;

/** One thing that can be done with a matter. */
export interface MatterStep {
  by: Side;
  from: readonly MatterState[];
  /** Left out: it stays as it is. */
  to?: MatterState;
  /** Working days from now within which the next thing is owed. Left out: as before. */
  owed?: number | 'reply';
  /** It goes nowhere without words. */
  note?: boolean;
  /** What else must be said. */
  asks?: 'verdict' | 'rating' | 'department';
  /** Not by who did this last. */
  notBy?: MatterActName;
}

export interface MatterLife {
  first: MatterState;
  /** Working days from the making within which the first thing is owed. */
  owed?: number;
  steps: Partial<Record<MatterActName, MatterStep>>;
}

const office = 'office';
const addressee = 'addressee';

/** Working days; defaults of the field. */
const SIGN = 1;
const REVIEW = 5;
const AGAIN = 2;

/** The life of each kind, as data: server and pages go by the same table. */
export const matterLives: Readonly<Record<MatterKind, MatterLife>> = {
  order: {
    first: 'drafted',
    steps: {
      issue: { by: office, from: ['drafted'], to: 'issued', owed: SIGN },
      withdraw: { by: office, from: ['drafted', 'issued', 'handling', 'answered'], to: 'withdrawn', note: true },
      sign: { by: addressee, from: ['issued'], to: 'handling', owed: 'reply', notBy: 'issue' },
      report: { by: addressee, from: ['handling'], note: true },
      feedback: { by: addressee, from: ['handling'], to: 'answered', owed: REVIEW, note: true, notBy: 'issue' },
      accept: { by: office, from: ['answered'], to: 'closed', notBy: 'feedback' },
      return: { by: office, from: ['answered'], to: 'handling', owed: AGAIN, note: true },
      hurry: { by: office, from: ['issued', 'handling'], note: true },
    },
  },
  complaint: {
    first: 'registered',
    owed: 5,
    steps: {
      accept: { by: office, from: ['registered'], to: 'accepted', owed: 2 },
      refuse: { by: office, from: ['registered'], to: 'refused', note: true },
      assign: {
        by: office,
        from: ['registered', 'accepted', 'assigned'],
        to: 'assigned',
        owed: 10,
        asks: 'department',
      },
      hurry: { by: office, from: ['assigned'], note: true },
      reply: { by: addressee, from: ['assigned'], to: 'replied', owed: REVIEW, note: true, asks: 'verdict' },
      close: { by: office, from: ['replied', 'unsatisfied'], to: 'closed', note: true, notBy: 'reply' },
      return: { by: office, from: ['replied', 'unsatisfied'], to: 'assigned', owed: AGAIN, note: true },
      rate: { by: 'citizen', from: ['replied'], owed: AGAIN, asks: 'rating' },
    },
  },
  enquiry: {
    first: 'registered',
    owed: 5,
    steps: {
      assign: { by: office, from: ['registered', 'assigned'], to: 'assigned', owed: 5, asks: 'department' },
      hurry: { by: office, from: ['assigned'], note: true },
      reply: { by: addressee, from: ['registered', 'assigned'], to: 'closed', note: true },
      rate: { by: 'citizen', from: ['closed'], owed: AGAIN, asks: 'rating' },
      reopen: { by: office, from: ['unsatisfied'], to: 'assigned', owed: 5, note: true },
      close: { by: office, from: ['unsatisfied'], to: 'closed', note: true },
    },
  },
  review: {
    first: 'raised',
    owed: 1,
    steps: {
      verify: { by: office, from: ['raised'], to: 'genuine', owed: 5, note: true },
      correct: { by: addressee, from: ['genuine'], to: 'corrected', owed: 2, note: true },
      dispute: { by: addressee, from: ['raised', 'genuine'], to: 'disputed', owed: 2, note: true },
      'uphold-dispute': { by: office, from: ['disputed'], to: 'dismissed', note: true, notBy: 'dispute' },
      'reject-dispute': { by: office, from: ['disputed'], to: 'genuine', owed: 5, note: true, notBy: 'dispute' },
      'call-back': { by: office, from: ['corrected'], to: 'called-back', owed: 2, note: true, asks: 'rating' },
      close: { by: office, from: ['called-back'], to: 'closed', notBy: 'correct' },
      reopen: { by: office, from: ['called-back'], to: 'genuine', owed: AGAIN, note: true },
    },
  },
};

/** Nobody here has anything to do with it any more. */
export function isOver(kind: MatterKind, state: MatterState): boolean {
  return !Object.values(matterLives[kind].steps).some(({ by, from }) => by !== 'citizen' && from.includes(state));
}
