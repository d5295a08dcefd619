import { Temporal } from 'temporal-polyfill';
import { PassedOver, type Context } from './context.ts';

export type StepArgument = string | number | boolean | null;

export interface StepKind {
  /** What stands behind its name. */
  takes: readonly ('a number' | 'a value' | 'a table')[];
  /** It is asked even where there is nothing. */
  takesNothing?: true;
  /** Throws with words that say what does not fit. */
  run(value: unknown, given: readonly StepArgument[], context: Context): unknown;
}

const LONGEST = 200;

/** What a line may do with a value. None of it takes longer for one message than for another. */
export const steps: Readonly<Record<string, StepKind>> = {
  text: { takes: [], run: (value) => text(value) },
  number: { takes: [], run: (value) => number(value) },
  flag: { takes: [], run: flag },
  round: { takes: [], run: (value) => Math.round(number(value)) },
  times: { takes: ['a number'], run: (value, [by]) => number(value) * (by as number) },
  plus: { takes: ['a number'], run: (value, [by]) => number(value) + (by as number) },
  lower: { takes: [], run: (value) => text(value).toLowerCase() },
  pad: { takes: ['a number'], run: (value, [to]) => text(value).padStart(Math.min(to as number, LONGEST), '0') },
  before: { takes: ['a value'], run: (value, [put]) => `${put}${text(value)}` },
  after: { takes: ['a value'], run: (value, [put]) => `${text(value)}${put}` },
  cut: {
    takes: ['a number', 'a number'],
    run: (value, [from, until]) => text(value).slice(from as number, until as number),
  },
  table: { takes: ['a table'], run: lookUp },
  or: { takes: ['a value'], takesNothing: true, run: (value, [otherwise]) => value ?? otherwise },
  optional: { takes: [], takesNothing: true, run: (value) => value ?? undefined },
  is: { takes: ['a value'], takesNothing: true, run: (value, [other]) => same(value, other) },
  isnt: { takes: ['a value'], takesNothing: true, run: (value, [other]) => !same(value, other) },
  has: {
    takes: ['a value'],
    takesNothing: true,
    run: (value, [member]) => Array.isArray(value) && value.some((each) => same(each, member)),
  },
  iso: { takes: [], run: (value) => instant(Date.parse(text(value))) },
  unix: { takes: [], run: (value) => instant(number(value) * 1000) },
  'unix-ms': { takes: [], run: (value) => instant(number(value)) },
  // tickets are numbered anew every day
  dated: { takes: [], run: (value, _given, { at, timeZone }) => `${dayOf(at, timeZone)}-${text(value)}` },
  local: { takes: [], run: (value, _given, { timeZone }) => localTime(text(value), timeZone) },
};

const flags: Readonly<Record<string, boolean>> = {
  ...{ true: true, on: true, yes: true, online: true, '1': true },
  ...{ false: false, off: false, no: false, offline: false, '0': false },
};

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${kindOf(value)} is no text`);
}

function number(value: unknown): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof read !== 'number' || !Number.isFinite(read)) throw new Error(`${shown(value)} is no number`);
  return read;
}

function flag(value: unknown): boolean {
  const word = text(value).toLowerCase();
  if (!Object.hasOwn(flags, word)) throw new Error(`${shown(value)} says neither yes nor no`);
  return flags[word]!;
}

function lookUp(value: unknown, [name]: readonly StepArgument[], { tables }: Context): string {
  const table = tables.get(name as string)!;
  const found = table.get(text(value)) ?? table.get('*');
  if (found === undefined) throw new Error(`table ${name} has no ${shown(value)}`);
  if (found === '') throw new PassedOver();
  return found;
}

/** 7 is '7': what is written in a line has no type of its own. */
function same(value: unknown, other: StepArgument | undefined): boolean {
  if (typeof value === 'object' || value === undefined) return value === other;
  return String(value) === String(other);
}

function instant(at: number): string {
  // the years that four digits can tell
  if (!(at >= 0 && at < 253_402_300_800_000)) throw new Error('no instant');
  return new Date(at).toISOString();
}

const LOCAL = /^(\d{4})\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)(\.\d{1,3})?)?$/;

function localTime(said: string, timeZone: string): string {
  const [, year, month, day, hour, minute, second = 0, fraction = 0] = (LOCAL.exec(said) ?? []).map(Number);
  if (year === undefined) throw new Error(`${shown(said)} is no date with a time`);
  const fields = { year, month: month!, day: day!, hour: hour!, minute: minute!, second: second || 0 };
  const plain = Temporal.PlainDateTime.from(fields, { overflow: 'reject' });
  return instant(plain.toZonedDateTime(timeZone).epochMilliseconds + Math.round((fraction || 0) * 1000));
}

function dayOf(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : typeof value;
}
