import { createHash, timingSafeEqual } from 'node:crypto';
import { userOfAdapter } from '#contract/adapters.ts';
import { addressOfUser, type TerminalAddress } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import type { Admission } from '#contract/terminal-message.ts';
import type { TerminalAccess } from '#contract/terminals.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { keyMatches } from '#lib/device-key.ts';
import type { TerminalMetrics } from './metrics.ts';
import type { Registered, TerminalRegister } from './register.ts';
import type { UnknownTerminals } from './unknown-terminals.ts';

export interface AccessSettings {
  mode: TerminalAccess;
  /** The common user and password of mode `shared`. */
  shared: { username: string; password: string } | null;
}

/** Devices that do not speak our topics. */
export interface ForeignDevices {
  /** What a broker of others has to send us beside our own topics. */
  filters(): readonly string[];
  /** Adapters whose devices have a key. */
  keyed(): readonly { id: string; keyHash: string; filter: string; reads(topic: string): boolean }[];
  readonly keyChanged: Pick<Emitter<string>, 'on'>;
}

export interface DeviceAccessDeps {
  settings: AccessSettings;
  clock: Clock;
  halls: { get(hallId: string): Hall | undefined };
  register: TerminalRegister;
  unknown: UnknownTerminals;
  metrics: TerminalMetrics;
}

/** Who may connect to our own broker, and for which terminals not everyone may speak. */
export class DeviceAccess {
  /** Whoever is connected as this device, or with the key of this adapter, has to show it anew. */
  readonly revoked = new Emitter<Omit<TerminalAddress, 'region'> | { adapter: string }>();
  readonly #deps: DeviceAccessDeps;
  #foreign: ForeignDevices | null = null;

  constructor(deps: DeviceAccessDeps) {
    this.#deps = deps;
    deps.register.credentialChanged.on(({ hallId, kind, deviceId }) =>
      this.revoked.emit({ hall: hallId, kind, device: deviceId }),
    );
  }

  /** Whom adapters read; told before anybody is let in. */
  set foreign(devices: ForeignDevices) {
    this.#foreign = devices;
    devices.keyChanged.on((adapter) => this.revoked.emit({ adapter }));
  }

  get mode(): TerminalAccess {
    return this.#deps.settings.mode;
  }

  /** Judges a connection by the user and password that it gave. */
  admit(user: string | undefined, password: Buffer | undefined): Admission {
    const admission = this.#judge(user, password ?? Buffer.alloc(0));
    if (admission.as === 'nobody') this.#deps.metrics.connectionsRefused.inc();
    return admission;
  }

  /** It has a key of its own: nobody else speaks for it, and nobody else hears its commands. */
  isKeyed(address: TerminalAddress): boolean {
    return (this.#at(address)?.credential.keyHash ?? null) !== null;
  }

  /** The adapters with a key that read this topic: only whoever came with one of their keys may write it. */
  adaptersOf(topic: string): string[] {
    return (this.#foreign?.keyed() ?? []).filter((adapter) => adapter.reads(topic)).map(({ id }) => id);
  }

  #judge(user: string | undefined, password: Buffer): Admission {
    const { settings, register, unknown, clock } = this.#deps;
    const adapter = this.#foreign?.keyed().find(({ id }) => userOfAdapter(id) === user);
    if (adapter !== undefined) {
      return keyMatches(password, adapter.keyHash) ? { as: 'adapter', id: adapter.id } : { as: 'nobody' };
    }
    const address = user === undefined ? null : addressOfUser(user);
    if (address !== null) {
      const terminal = this.#at(address);
      const keyHash = terminal?.credential.keyHash ?? null;
      if (terminal !== undefined && keyHash !== null) {
        const right = keyMatches(password, keyHash);
        register.keyShown(terminal, right);
        return right ? { as: 'device', address } : { as: 'nobody' };
      }
      if (settings.mode === 'device') {
        if (terminal === undefined) unknown.knocked(address, password, clock.now());
        else if (terminal.retiredAt === null) register.keyShown(terminal, false);
      }
    }
    if (settings.mode === 'open') return { as: 'anyone' };
    const { shared } = settings;
    const knows = settings.mode === 'shared' && shared !== null && sameText(user ?? '', shared.username);
    return knows && sameText(password, shared.password) ? { as: 'anyone' } : { as: 'nobody' };
  }

  #at({ region, hall: hallId, kind, device: deviceId }: TerminalAddress): Registered | undefined {
    const terminal = this.#deps.register.find({ hallId, kind, deviceId });
    return this.#deps.halls.get(hallId)?.regionId === region ? terminal : undefined;
  }
}

function sameText(given: string | Buffer, expected: string): boolean {
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
