import { userOf } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import type { IssuedKey, Replacement } from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { hashKey, newDeviceKey, printOf } from '#lib/device-key.ts';
import type { Registered, TerminalRegister } from './register.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';
import { noCredential, type Credential } from './terminal-rows.ts';
import type { UnknownTerminals } from './unknown-terminals.ts';

export interface ProvisioningDeps {
  clock: Clock;
  log: Logger;
  halls: { get(hallId: string): Hall | undefined };
  register: TerminalRegister;
  unknown: UnknownTerminals;
}

/** The life of a device in the register: approved or refused, given a key, replaced, retired, brought back. */
export class Provisioning {
  readonly #deps: ProvisioningDeps;

  constructor(deps: ProvisioningDeps) {
    this.#deps = deps;
  }

  /** Throws REQUEST_INVALID (no such hall or window) and CONFLICT (it exists, or came with another key since). */
  async register(
    key: TerminalKey,
    place: { windowId: string | null; name: string },
    acceptKey: string | null,
  ): Promise<Registered> {
    const { register, unknown, log } = this.#deps;
    const terminal = await register.add(key, { ...place, credential: this.#offered(key, acceptKey) });
    unknown.forget(key);
    log.info({ terminal: keyOf(key), windowId: place.windowId }, 'terminal registered');
    return terminal;
  }

  /** Refuses a device that waits, or lets it wait again. Throws NOT_FOUND. */
  refuse(key: TerminalKey, refused: boolean): void {
    if (!this.#deps.unknown.refuse(key, refused ? this.#deps.clock.now() : null)) {
      throw new AppError('NOT_FOUND', keyOf(key));
    }
  }

  /** Makes a key, which is told this once; the one before is void at once. */
  async issueKey(terminal: Registered): Promise<IssuedKey> {
    const { clock, log, register, halls } = this.#deps;
    const key = newDeviceKey();
    await register.setCredential(terminal, { keyHash: hashKey(key), keyIssuedAt: clock.now() });
    log.info({ terminal: keyOf(terminal) }, 'device key issued');
    const { hallId: hall, kind, deviceId: device } = terminal;
    return { user: userOf({ region: halls.get(hall)?.regionId ?? '', hall, kind, device }), key, print: printOf(key) };
  }

  async revokeKey(terminal: Registered): Promise<void> {
    await this.#deps.register.setCredential(terminal, noCredential);
    this.#deps.log.info({ terminal: keyOf(terminal) }, 'device key revoked');
  }

  /** Throws CONFLICT where the new device is in the register already. */
  async replace(old: Registered, { deviceId, acceptKey }: Replacement): Promise<Registered> {
    const { register, unknown, log } = this.#deps;
    const key = { hallId: old.hallId, kind: old.kind, deviceId };
    const terminal = await register.replace(old, key, this.#offered(key, acceptKey));
    unknown.forget(key);
    log.info({ terminal: keyOf(old), by: deviceId }, 'terminal replaced');
    return terminal;
  }

  async retire(terminal: Registered): Promise<void> {
    await this.#deps.register.retire(terminal);
    this.#deps.log.info({ terminal: keyOf(terminal) }, 'terminal retired');
  }

  async restore(terminal: Registered): Promise<void> {
    await this.#deps.register.restore(terminal);
    this.#deps.log.info({ terminal: keyOf(terminal) }, 'terminal back in service');
  }

  /** The key that a waiting device came with, where the administrator compared this print and accepts it. */
  #offered(key: TerminalKey, acceptKey: string | null): Credential {
    if (acceptKey === null) return noCredential;
    const keyHash = this.#deps.unknown.offeredKey(key, acceptKey);
    if (keyHash === null) throw new AppError('CONFLICT', 'the device came with another key since');
    return { keyHash, keyIssuedAt: this.#deps.clock.now() };
  }
}
