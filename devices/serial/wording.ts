import { z } from 'zod';
import { CallerEvent, type TerminalAddress } from '#contract/mqtt.ts';
import { DeviceId, HallId, RegionId, WindowId } from '#contract/ids.ts';
import { CommandName } from '#contract/terminal-commands.ts';

const Text = z.string().min(1).max(200);
const Name = z.string().regex(/^[a-z][a-zA-Z0-9]{0,29}$/);

/** What a gateway is told in its file: the line, the broker, who hangs on the line, and how they speak. */
export const GatewaySettings = z.strictObject({
  line: z.strictObject({
    path: z.string().startsWith('/'),
    speed: z.number().int().min(50).max(4_000_000),
    settings: z
      .array(z.string().regex(/^-?[a-z0-9]{1,12}$/))
      .max(20)
      .default([]),
    begins: z.string().max(8).default(''),
    ends: z.string().min(1).max(8).default('\n'),
  }),
  broker: z.url({ protocol: /^mqtts?$/ }),
  region: RegionId,
  hall: HallId,
  timeZone: z.string().default('Asia/Shanghai'),
  model: z.string().max(100).default('serial'),
  /** By the address under which each is known on the line. */
  callers: z.record(
    z.string().min(1).max(16),
    z.strictObject({ device: DeviceId, window: WindowId, key: Text.optional() }),
  ),
  /** What words of the line mean in ours; `*` is every other. */
  tables: z.record(Name, z.record(z.string().max(100), z.string().max(100))).default({}),
  hears: z
    .array(z.strictObject({ frame: Text, event: z.record(Name, z.string().max(200)) }))
    .min(1)
    .max(50),
  /** What the line is told when a frame was understood; left out: nothing. */
  answer: Text.optional(),
  says: z.partialRecord(CommandName.exclude(['show']), Text).default({}),
});
export type GatewaySettings = z.infer<typeof GatewaySettings>;

export type Understood =
  { ok: true; caller: string; event: z.infer<typeof CallerEvent> } | { ok: false; reason: string };

type Words = ReadonlyMap<string, string>;

/**
 * How callers of one line speak, both ways: frames with `{name}` where something stands that changes. `{caller}` says who
 * speaks; `{name|table}` is what the table makes of it; `{day}` is the hall's day, since tickets are numbered anew each day.
 */
export class Wording {
  readonly #settings: GatewaySettings;
  readonly #hears: { pattern: RegExp; event: Record<string, string> }[];
  readonly #dayOf: Intl.DateTimeFormat;

  /** Throws where a frame does not say who speaks, or what is said names what is not there. */
  constructor(settings: GatewaySettings) {
    this.#settings = settings;
    this.#hears = settings.hears.map(({ frame, event }) => ({ pattern: patternOf(frame), event }));
    this.#dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: settings.timeZone });
    settings.hears.forEach(({ frame, event }) => {
      const names = new Set([...namesIn(frame).map(({ name }) => name), 'day']);
      if (!names.has('caller')) throw new Error(`"${frame}" does not say which {caller} speaks`);
      for (const { name, table } of Object.values(event).flatMap(namesIn)) {
        if (!names.has(name)) throw new Error(`"${frame}" has no {${name}}`);
        if (table !== null && !Object.hasOwn(settings.tables, table)) throw new Error(`there is no table ${table}`);
      }
    });
  }

  /** What a caller tells by this frame. */
  read(frame: string, now: number): Understood {
    const { callers } = this.#settings;
    for (const { pattern, event } of this.#hears) {
      const groups = pattern.exec(frame)?.groups;
      if (groups === undefined) continue;
      const words = new Map([...Object.entries(groups), ['day', this.#dayOf.format(now)]] as [string, string][]);
      const caller = words.get('caller')!;
      if (!Object.hasOwn(callers, caller)) return { ok: false, reason: `no caller has the address ${caller}` };
      const fields = Object.entries(event).map(([name, text]) => [name, this.#fill(text, words)] as const);
      if (fields.some(([, value]) => value === null)) return { ok: false, reason: 'a word that is in no table' };
      const { window } = callers[caller]!;
      const parsed = CallerEvent.safeParse({ window, ...Object.fromEntries(fields.map(numbered)) });
      if (parsed.success) return { ok: true, caller, event: parsed.data };
      return {
        ok: false,
        reason: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      };
    }
    return { ok: false, reason: 'no frame of ours' };
  }

  /** The bytes that tell a caller to do something; null: it cannot be told. */
  command(name: string, caller: string): string | null {
    const { says } = this.#settings;
    const text = Object.hasOwn(says, name) ? says[name as keyof typeof says] : undefined;
    return text === undefined ? null : this.#framed(text, caller);
  }

  /** The bytes that say a frame of this caller was understood; null: nothing is said. */
  answer(caller: string): string | null {
    const { answer } = this.#settings;
    return answer === undefined ? null : this.#framed(answer, caller);
  }

  #framed(text: string, caller: string): string {
    const { begins, ends } = this.#settings.line;
    return `${begins}${text.replaceAll('{caller}', caller)}${ends}`;
  }

  /** Null where a table has no such word. */
  #fill(text: string, words: Words): string | null {
    let known = true;
    const filled = text.replace(PLACE, (_place, name: string, table: string | undefined) => {
      const word = words.get(name)!;
      const meaning = table === undefined ? word : meaningOf(this.#settings.tables[table]!, word);
      known &&= meaning !== undefined;
      return meaning ?? '';
    });
    return known ? filled : null;
  }
}

/** Where a caller of the line stands in the tree of topics. */
export function addressOf({ region, hall, callers }: GatewaySettings, caller: string): TerminalAddress {
  return { region, hall, kind: 'caller', device: callers[caller]!.device };
}

const PLACE = /\{([a-z][a-zA-Z0-9]*)(?:\|([a-z][a-zA-Z0-9]*))?\}/g;

function namesIn(text: string): { name: string; table: string | null }[] {
  return [...text.matchAll(PLACE)].map(([, name, table]) => ({ name: name!, table: table ?? null }));
}

/** The frame as an expression: a place takes as little as what follows it allows. */
function patternOf(frame: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  let source = '';
  let from = 0;
  for (const place of frame.matchAll(PLACE)) {
    source += `${literal(frame.slice(from, place.index))}(?<${place[1]!}>.+?)`;
    from = place.index + place[0].length;
  }
  return new RegExp(`^${source}${literal(frame.slice(from))}$`);
}

function meaningOf(table: Readonly<Record<string, string>>, word: string): string | undefined {
  return Object.hasOwn(table, word) ? table[word] : table['*'];
}

/** The one number that a caller tells; on the line it is digits like everything else. */
function numbered([name, text]: readonly [string, string | null]): [string, string | number | null] {
  return [name, name === 'plannedMin' ? Number(text) : text];
}
