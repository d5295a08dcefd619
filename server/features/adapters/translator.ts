import { isUtf8 } from 'node:buffer';
import type { AdapterDefinition, AdapterFault, AdapterRule } from '#contract/adapters.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { DeviceId } from '#contract/ids.ts';
import { MAX_PAYLOAD_BYTES, topicOf, type TerminalAddress } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import { PassedOver, type Context } from './context.ts';
import { eventIdOf } from './event-id.ts';
import { Expression, ExpressionFault, type Names } from './expression.ts';
import { MemberCount } from './member-count.ts';
import { Repetitions } from './repetitions.ts';
import { TopicMatcher, type Captures } from './topic-pattern.ts';

/** What one rule makes of a message. */
export type RuleOutcome =
  | { is: 'passed' }
  | { is: 'fault'; fault: AdapterFault }
  | { is: 'message'; address: TerminalAddress; topic: string; payload: string };

/** What a definition makes of a message: of the whole, or rule by rule. */
export type Translated = { ok: false; code: ErrorCode; detail: string } | { ok: true; outcomes: RuleOutcome[] };

/** Where the halls of a message are known. */
export interface Halls {
  get(hallId: string): Hall | undefined;
}

type Line = { expression: Expression; place: string };

interface Rule {
  definition: AdapterRule;
  place: string;
  when: Line[];
  device: Line;
  ts: Line | null;
  id: Line | null;
  fields: (Line & { name: string })[];
  count: { field: string; key: Line; where: Line[]; members: Map<string, MemberCount>; forgetMs: number } | null;
}

/** The session under which a device speaks that knows of none. */
const SESSION = 'adapter';
/** Devices of which one rule counts something, at most. */
const MOST_COUNTS = 1_000;

/** Thrown by the reading of a definition: all that is wrong with it. */
export class DefinitionFaults extends Error {
  readonly faults: readonly AdapterFault[];

  constructor(faults: readonly AdapterFault[]) {
    super(faults.map(({ place, message }) => `${place}: ${message}`).join('; '));
    this.faults = faults;
  }
}

/** A definition at work: reads messages of its topics as messages of terminals. */
export class Translator {
  readonly matcher: TopicMatcher;
  readonly #definition: AdapterDefinition;
  readonly #halls: Halls;
  readonly #tables: Context['tables'];
  readonly #hall: Line;
  readonly #rules: Rule[];
  readonly #repetitions = new Repetitions();

  /** Throws DefinitionFaults. */
  constructor(definition: AdapterDefinition, halls: Halls) {
    this.#definition = definition;
    this.#halls = halls;
    this.matcher = new TopicMatcher(definition.topic);
    this.#tables = new Map(definition.tables.map(({ name, rows }) => [name, new Map(rows.map((r) => [r.from, r.to]))]));
    const reader = new LineReader({ captures: this.matcher.names, tables: [...this.#tables.keys()] });
    this.#hall = reader.line('hall', definition.hall);
    this.#rules = definition.rules.map((rule, i) => ruleOf(rule, `rules.${i}`, reader));
    if (reader.faults.length > 0) throw new DefinitionFaults(reader.faults);
  }

  /** `captures` are what `matcher` took out of the topic. */
  translate(topic: string, captures: Captures, payload: Buffer, receivedAt: number): Translated {
    const read = this.#read(payload);
    if (!read.ok) return read;
    const context: Context = { payload: read.value, captures, tables: this.#tables, timeZone: 'UTC', at: receivedAt };
    const outcomes = this.#rules.map((rule, ordinal) =>
      outcomeOf(() => this.#apply(rule, context, { topic, payload, receivedAt, ordinal })),
    );
    return { ok: true, outcomes };
  }

  #read(payload: Buffer): { ok: true; value: unknown } | { ok: false; code: ErrorCode; detail: string } {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      return { ok: false, code: 'PAYLOAD_TOO_LARGE', detail: `${payload.length} bytes` };
    }
    if (!isUtf8(payload)) return { ok: false, code: 'PAYLOAD_NOT_JSON', detail: 'not UTF-8' };
    const text = payload.toString('utf8');
    if (this.#definition.format === 'text') return { ok: true, value: text.trim() };
    try {
      return { ok: true, value: JSON.parse(text) as unknown };
    } catch (error) {
      return { ok: false, code: 'PAYLOAD_NOT_JSON', detail: (error as Error).message };
    }
  }

  #apply(
    rule: Rule,
    asked: Context,
    said: { topic: string; payload: Buffer; receivedAt: number; ordinal: number },
  ): RuleOutcome {
    const { receivedAt } = said;
    if (!rule.when.every((line) => at(line, (each) => each.holds(asked)))) return { is: 'passed' };
    const hall = this.#hallOf(asked);
    const local = { ...asked, timeZone: hall.timeZone };
    const device = DeviceId.safeParse(valueOf(rule.device, local));
    if (!device.success) throw faultAt(rule.device, 'a device is named by 1 to 64 of a-z, 0-9 and -');
    const { kind, channel } = rule.definition;
    const address = { region: hall.regionId, hall: hall.id, kind, device: device.data };
    const topic = topicOf(address, channel);

    const whole = rule.id === null ? said.payload : String(valueOf(rule.id, local));
    const own = rule.ts === null ? null : instantOf(rule.ts, local);
    const name = `${said.ordinal} ${topic} ${said.topic}`;
    const happened = own ?? this.#repetitions.firstSaid(`${name} ${whole.toString('latin1')}`, receivedAt);
    const context = { ...local, at: happened };
    const fields = Object.fromEntries(rule.fields.map((line) => [line.name, valueOf(line, context)]));
    if (rule.count !== null) fields[rule.count.field] = countOf(rule.count, topic, context, receivedAt);
    const envelope = {
      ...{ v: 1, id: eventIdOf(happened, [name, whole]), seq: 0, sid: SESSION },
      ts: new Date(happened).toISOString(),
    };
    return { is: 'message', address, topic, payload: JSON.stringify({ ...fields, ...envelope }) };
  }

  #hallOf(context: Context): Hall {
    const id = String(valueOf(this.#hall, context));
    const hall = this.#halls.get(id);
    if (hall === undefined) throw faultAt(this.#hall, `there is no hall ${id.slice(0, 64)}`);
    return hall;
  }
}

/** Reads lines, and goes on where one is wrong: whoever writes a definition sees all that is. */
class LineReader {
  readonly faults: AdapterFault[] = [];
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  line(place: string, text: string): Line {
    try {
      return { place, expression: new Expression(text, this.#names) };
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      this.faults.push({ place, column: error.column, message: error.message });
      return { place, expression: new Expression('null', this.#names) };
    }
  }

  lines(place: string, texts: readonly string[]): Line[] {
    return texts.map((text, i) => this.line(`${place}.${i}`, text));
  }
}

function ruleOf(definition: AdapterRule, place: string, reader: LineReader): Rule {
  const { when, device, ts, id, fields, count } = definition;
  return {
    ...{ definition, place },
    when: reader.lines(`${place}.when`, when),
    device: reader.line(`${place}.device`, device),
    ts: ts === null ? null : reader.line(`${place}.ts`, ts),
    id: id === null ? null : reader.line(`${place}.id`, id),
    fields: fields.map(({ name, value }, i) => ({ name, ...reader.line(`${place}.fields.${i}`, value) })),
    count: count && {
      field: count.field,
      key: reader.line(`${place}.count.key`, count.key),
      where: reader.lines(`${place}.count.where`, count.where),
      members: new Map(),
      forgetMs: count.forgetMin * 60_000,
    },
  };
}

function countOf(count: NonNullable<Rule['count']>, topic: string, context: Context, now: number): number {
  let members = count.members.get(topic);
  if (members === undefined) {
    if (count.members.size >= MOST_COUNTS) throw faultAt(count.key, `more than ${MOST_COUNTS} devices are counted`);
    count.members.set(topic, (members = new MemberCount(count.forgetMs)));
  }
  const isThere = count.where.every((line) => at(line, (each) => each.holds(context)));
  return members.note(String(valueOf(count.key, context)), isThere, now);
}

function instantOf(line: Line, context: Context): number {
  const happened = Date.parse(String(valueOf(line, context)));
  if (!(happened >= 0)) throw faultAt(line, 'this is no instant: end the line with iso, unix, unix-ms or local');
  return happened;
}

function valueOf(line: Line, context: Context): unknown {
  return at(line, (expression) => expression.value(context));
}

/** Whatever goes wrong in a line is told with its place. */
function at<T>(line: Line, ask: (expression: Expression) => T): T {
  try {
    return ask(line.expression);
  } catch (error) {
    throw error instanceof ExpressionFault ? new Misread(line.place, error.column, error.message) : error;
  }
}

class Misread extends Error {
  readonly fault: AdapterFault;

  constructor(place: string, column: number, message: string) {
    super(message);
    this.fault = { place, column, message };
  }
}

function faultAt({ place }: Line, message: string): Misread {
  return new Misread(place, 0, message);
}

function outcomeOf(work: () => RuleOutcome): RuleOutcome {
  try {
    return work();
  } catch (error) {
    if (error instanceof PassedOver) return { is: 'passed' };
    if (error instanceof Misread) return { is: 'fault', fault: error.fault };
    throw error;
  }
}
