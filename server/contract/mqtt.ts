import { z } from 'zod';
import { DeviceId, HallId, Instant, QueueId, RegionId, Ulid, WindowId } from './ids.ts';

/** Terminals over MQTT: `gsh/v1/{region}/{hall}/{kind}/{device}/{channel}`. */
export const TOPIC_ROOT = 'gsh/v1';
export const MAX_PAYLOAD_BYTES = 64 * 1024;

export const TerminalKind = z.enum(['kiosk', 'caller', 'screen', 'rater', 'sensor']);
export type TerminalKind = z.infer<typeof TerminalKind>;

export const TerminalChannel = z.enum(['status', 'meta', 'state', 'evt', 'tel', 'cmd', 'reply']);
export type TerminalChannel = z.infer<typeof TerminalChannel>;

export const TerminalAddress = z.object({
  region: RegionId,
  hall: HallId,
  kind: TerminalKind,
  device: DeviceId,
});
export type TerminalAddress = z.infer<typeof TerminalAddress>;

export type TerminalTopic = TerminalAddress & { channel: TerminalChannel; command?: string };

/** Writes a topic: `topicOf(address, 'evt')`, `topicOf(address, 'cmd', 'show')`. */
export function topicOf(address: TerminalAddress, channel: TerminalChannel, command?: string): string {
  const base = `${TOPIC_ROOT}/${address.region}/${address.hall}/${address.kind}/${address.device}/${channel}`;
  return command === undefined ? base : `${base}/${command}`;
}

const SLUG = '[a-z0-9-]{1,64}';
/** One expression instead of a schema for each level: topics are read with every message. */
const TOPIC = new RegExp(
  `^${TOPIC_ROOT}/(${SLUG})/(${SLUG})/(${TerminalKind.options.join('|')})/(${SLUG})/` +
    `(?:(${TerminalChannel.options.filter((channel) => channel !== 'cmd').join('|')})|cmd/([^/]*))$`,
);

/** Reads a topic, or gives null where it does not follow the tree. */
export function parseTopic(topic: string): TerminalTopic | null {
  const [, region, hall, kind, device, channel = 'cmd', command] = TOPIC.exec(topic) ?? [];
  if (region === undefined || hall === undefined || kind === undefined || device === undefined) return null;
  const parts = { region, hall, kind: kind as TerminalKind, device, channel: channel as TerminalChannel };
  return command === undefined ? parts : { ...parts, command };
}

/** The MQTT user of a device that has a key of its own: where it stands in the tree, `region.hall.kind.device`. */
export function userOf({ region, hall, kind, device }: TerminalAddress): string {
  return `${region}.${hall}.${kind}.${device}`;
}

/** Reads the user of a device, or gives null where it is none. */
export function addressOfUser(user: string): TerminalAddress | null {
  const [region, hall, kind, device, ...rest] = user.split('.');
  const address = TerminalAddress.safeParse({ region, hall, kind, device });
  return rest.length === 0 && address.success ? address.data : null;
}

/** What every payload carries: schema version, event id, sequence, session, and the device's own time. */
export const Envelope = z.object({
  v: z.literal(1),
  id: Ulid,
  seq: z.number().int().nonnegative(),
  sid: z.string().min(1).max(64),
  ts: Instant,
});
export type Envelope = z.infer<typeof Envelope>;

const TicketRef = { tid: z.string().min(1).max(64), no: z.string().min(1).max(16), queue: QueueId };
const AtWindow = { window: WindowId };
const StaffId = z.string().min(1).max(64);

export const KioskEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ticket.issued'), ...TicketRef, prio: z.enum(['normal', 'priority']).default('normal') }),
  z.object({ type: z.literal('ticket.cancelled'), ...TicketRef }),
]);
export const CallerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ticket.called'), ...TicketRef, ...AtWindow }),
  z.object({ type: z.literal('ticket.recalled'), ...TicketRef, ...AtWindow }),
  z.object({ type: z.literal('ticket.started'), ...TicketRef, ...AtWindow }),
  z.object({ type: z.literal('ticket.skipped'), ...TicketRef, ...AtWindow }),
  z.object({ type: z.literal('ticket.transferred'), ...TicketRef, ...AtWindow, toQueue: QueueId }),
  z.object({ type: z.literal('ticket.completed'), ...TicketRef, ...AtWindow }),
  z.object({ type: z.literal('staff.login'), ...AtWindow, staff: StaffId }),
  z.object({ type: z.literal('staff.logout'), ...AtWindow, staff: StaffId }),
  z.object({
    type: z.literal('window.paused'),
    ...AtWindow,
    reason: z.string().max(100),
    plannedMin: z.number().nonnegative().optional(),
  }),
  z.object({ type: z.literal('window.resumed'), ...AtWindow }),
]);
export const RaterEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rating.requested'), tid: z.string().min(1).max(64), ...AtWindow }),
  z.object({
    type: z.literal('rating.submitted'),
    tid: z.string().min(1).max(64),
    ...AtWindow,
    score: z.number().int().min(1).max(5),
    tags: z.array(z.string().max(40)).max(20).default([]),
    via: z.string().max(40).default('rater'),
  }),
  z.object({ type: z.literal('rating.timeout'), tid: z.string().min(1).max(64), ...AtWindow }),
]);

export const WindowState = z.enum(['closed', 'idle', 'calling', 'serving', 'paused']);
export type WindowState = z.infer<typeof WindowState>;

export const CallerState = z.object({
  window: WindowId,
  state: WindowState,
  staff: StaffId.nullish(),
  tid: z.string().max(64).nullish(),
  /** The ticket's number, where one is being called or served. */
  no: z.string().max(16).nullish(),
  since: Instant,
});
export const ScreenState = z.object({ window: WindowId, shown: z.string().max(40), ok: z.boolean() });
export const KioskState = z.object({ ok: z.boolean(), paper: z.enum(['ok', 'low', 'out']).optional() });
export const RaterState = z.object({ window: WindowId, ok: z.boolean() });
export const SensorState = z.object({ ok: z.boolean() });

/** A sensor sends any of these in one measurement. */
export const SensorTelemetry = z
  .object({
    inside: z.number().int().nonnegative(),
    in: z.number().int().nonnegative(),
    out: z.number().int().nonnegative(),
    seat: z.boolean(),
    co2: z.number().nonnegative(),
  })
  .partial();

export const StatusPayload = z.object({ online: z.boolean(), reason: z.string().max(40).optional() });
export const MetaPayload = z.object({
  model: z.string().max(100),
  firmware: z.string().max(100),
  window: WindowId.nullish(),
  capabilities: z.array(z.string().max(60)).max(60).default([]),
});
/** Server to device on `cmd/{name}`: obeyed before `expires`, answered on `reply` under the same `rid`. */
export const CommandPayload = z.looseObject({ rid: z.string().min(1).max(64), expires: Instant });
export const ReplyPayload = z.object({ rid: z.string(), ok: z.boolean(), code: z.string().optional() });

export const eventOf = { kiosk: KioskEvent, caller: CallerEvent, rater: RaterEvent } as const;
export const stateOf = {
  kiosk: KioskState,
  caller: CallerState,
  screen: ScreenState,
  rater: RaterState,
  sensor: SensorState,
} as const;

export type TerminalEvent = z.infer<typeof KioskEvent> | z.infer<typeof CallerEvent> | z.infer<typeof RaterEvent>;
export type CallerState = z.infer<typeof CallerState>;
export type SensorTelemetry = z.infer<typeof SensorTelemetry>;
