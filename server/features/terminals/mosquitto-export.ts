import { userOfAdapter } from '#contract/adapters.ts';
import { TOPIC_ROOT, topicOf, userOf, type TerminalAddress } from '#contract/mqtt.ts';
import { hashKey } from '#lib/device-key.ts';

export interface KeyedDevice {
  address: TerminalAddress;
  keyHash: string;
}

/** Devices that adapters read: their topics, and those adapters that have a key. */
export interface ForeignExport {
  filters: readonly string[];
  keyed: readonly { id: string; keyHash: string; filter: string }[];
}

const noForeign: ForeignExport = { filters: [], keyed: [] };

/** Our own account at the outside broker, as MQTT_URL names it. */
export interface ServerAccount {
  username: string;
  /** null: the broker lets it in without one, or its line is kept elsewhere. */
  keyHash: string | null;
}

/** The account that the address of the outside broker names; null where it names none. */
export function accountIn(url: string): ServerAccount | null {
  const { username, password } = new URL(url);
  if (username === '') return null;
  return {
    username: decodeURIComponent(username),
    keyHash: password === '' ? null : hashKey(decodeURIComponent(password)),
  };
}

/** Mosquitto's `password_file`: the hashes lie in the register in its own form. */
export function passwordFile(
  devices: readonly KeyedDevice[],
  server: ServerAccount | null,
  { keyed } = noForeign,
): string {
  const own = server === null || server.keyHash === null ? [] : [`${server.username}:${server.keyHash}`];
  return lines([
    ...own,
    ...devices.map(({ address, keyHash }) => `${userOf(address)}:${keyHash}`),
    ...keyed.map(({ id, keyHash }) => `${userOfAdapter(id)}:${keyHash}`),
  ]);
}

/**
 * Mosquitto's `acl_file`: a device writes below its own prefix and reads its commands, the server the other way round; what
 * an adapter reads is written with its key.
 */
export function aclFile(
  devices: readonly KeyedDevice[],
  server: ServerAccount | null,
  { filters, keyed } = noForeign,
): string {
  const reads = [`${TOPIC_ROOT}/#`, ...filters].map((filter) => `topic read ${filter}`);
  const own =
    server === null
      ? []
      : [
          ...[`user ${server.username}`, ...reads, `topic write ${TOPIC_ROOT}/+/+/+/+/cmd/#`],
          ...[`topic write ${TOPIC_ROOT}/exchange/+/receipt`, ''],
        ];
  const each = devices.flatMap(({ address }) => [
    `user ${userOf(address)}`,
    // The channels one by one, for a plain `#` would let a device write its own commands.
    ...(['status', 'meta', 'state', 'evt', 'tel', 'reply'] as const).map(
      (channel) => `topic write ${topicOf(address, channel)}`,
    ),
    `topic read ${topicOf(address, 'cmd', '+')}`,
    '',
  ]);
  const adapters = keyed.flatMap(({ id, filter }) => [`user ${userOfAdapter(id)}`, `topic write ${filter}`, '']);
  return lines([...own, ...each, ...adapters]);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
