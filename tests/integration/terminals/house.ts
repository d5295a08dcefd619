import { userOf, type TerminalKind } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { BrokerClient } from '../../../devices/terminals/broker-client.ts';
import { EmbeddedBroker } from '../../../devices/terminals/embedded-broker.ts';
import { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { readMessage, TerminalInbox } from '../../../devices/terminals/terminal-inbox.ts';
import type { TerminalLink } from '../../../devices/terminals/terminal-link.ts';
import type { ForeignTopics } from '../../../devices/terminals/broker-client.ts';
import { AdaptersService } from '../../../server/features/adapters/service.ts';
import type { BulkDatabase } from '../../../server/db/database.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { hashKey } from '#lib/device-key.ts';
import type { AccessSettings, DeviceAccess } from '../../../server/features/terminals/device-access.ts';
import { aclFile, passwordFile, type ServerAccount } from '../../../server/features/terminals/mosquitto-export.ts';
import { HallStates } from '../../../server/features/queues/hall-states.ts';
import { TerminalCommands } from '../../../server/features/terminals/commands/commands.ts';
import { TerminalsService } from '../../../server/features/terminals/service.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { patientWithUs, startMosquitto } from '../../helpers/mosquitto.ts';

/** A broker that outlives the house, and the house's way to it. */
export interface Broker {
  /** For whoever may do anything; a device has a key where the broker asks for one. */
  url: string;
  keys: Map<string, { username: string; password: string }>;
  serverAccount?: ServerAccount;
  link(problems: ProblemBoard, access: DeviceAccess, foreign: ForeignTopics): TerminalLink;
  /** Lets the registered terminals in. */
  admit(terminals: TerminalsService): Promise<void>;
  /** Goes by what the house exports now. */
  reload(terminals: TerminalsService): Promise<void>;
  stop(): Promise<void>;
}

export const brokers = {
  /** The house brings its own; the port is found by the first start and stays. */
  async embedded(): Promise<Broker> {
    const probe = new EmbeddedBroker({ host: '127.0.0.1', port: 0, log });
    await probe.start(() => Promise.resolve());
    const { port } = probe.address()!;
    await probe.stop();
    return {
      url: `mqtt://127.0.0.1:${port}`,
      keys: new Map(),
      link: (_problems, access) => new EmbeddedBroker({ host: '127.0.0.1', port, log, access }),
      admit: () => Promise.resolve(),
      reload: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    };
  },
  /** Debian's, by the password and ACL files that the house exports: each registered terminal has its own key. */
  async mosquitto(): Promise<Broker> {
    const serverAccount = { username: 'house', keyHash: hashKey('of the house') };
    const files = (passwords: string, acl: string) => ({
      passwords: `${passwords}tester:${hashKey('of the tester')}\n`,
      acl: `${acl}user tester\ntopic readwrite #\n`,
    });
    const mosquitto = await startMosquitto(
      patientWithUs,
      undefined,
      files(passwordFile([], serverAccount), aclFile([], serverAccount)),
    );
    const as = (user: string) => mosquitto.url.replace('//', `//${user}@`);
    const keys: Broker['keys'] = new Map();
    const reload = (terminals: TerminalsService) =>
      mosquitto.admit(files(terminals.mosquittoFile('passwords'), terminals.mosquittoFile('acl')));
    return {
      url: as('tester:of%20the%20tester'),
      keys,
      serverAccount,
      link: (problems, _access, foreign) =>
        new BrokerClient({
          url: as('house:of%20the%20house'),
          clientId: 'house',
          clock: systemClock,
          log,
          problems,
          foreign,
        }),
      async admit(terminals) {
        for (const terminal of terminals.list()) {
          const { user: username, key: password } = await terminals.issueKey(terminal);
          keys.set(username, { username, password });
        }
        await reload(terminals);
      },
      reload,
      stop: () => mosquitto.kill(),
    };
  },
};

/** Everything between the broker and the live state, as the server puts it together. */
export class House {
  readonly problems: ProblemBoard;
  readonly halls: HallsService;
  readonly terminals: TerminalsService;
  readonly adapters: AdaptersService;
  readonly commands: TerminalCommands;
  readonly hallStates: HallStates;
  readonly link: TerminalLink;
  readonly #inbox: TerminalInbox;
  readonly #broker: Broker;

  constructor(db: BulkDatabase, broker: Broker, clock: Clock = systemClock, access: AccessSettings | null = null) {
    this.#broker = broker;
    const problems = new ProblemBoard(clock);
    this.problems = problems;
    this.halls = new HallsService({ db, log });
    this.terminals = new TerminalsService({
      ...{ db, clock, log, problems, halls: this.halls, access },
      serverAccount: broker.serverAccount ?? null,
    });
    this.commands = new TerminalCommands({ db, clock, log, halls: this.halls, terminals: this.terminals });
    this.hallStates = new HallStates({ clock, log, halls: this.halls, terminals: this.terminals });
    const border = (topic: string, payload: Buffer) => {
      const read = readMessage(topic, payload);
      return read.ok ? null : read;
    };
    this.adapters = new AdaptersService({ db, clock, log, halls: this.halls, border, terminals: this.terminals });
    this.terminals.foreign = this.adapters;
    this.link = broker.link(problems, this.terminals.access, this.adapters);
    const { receive: onMessage, reject: onReject } = this.terminals;
    this.#inbox = new TerminalInbox({ clock, onMessage, onReject, translate: this.adapters.translate });
  }

  async start(): Promise<void> {
    await this.halls.start();
    await this.terminals.start();
    await this.adapters.start();
    await this.commands.start();
    await this.hallStates.start();
    const up = this.link.state.status === 'up' ? null : first(this.link.stateChanged, ({ status }) => status === 'up');
    await this.link.start(this.#inbox.receive);
    await up;
    this.commands.sendBy((topic, payload, options) => this.link.publish(topic, payload, options));
  }

  async stop(): Promise<void> {
    await this.link.stop();
    await this.hallStates.stop();
    this.commands.stop();
    await this.terminals.stop();
    await this.halls.stop();
  }

  /** The region, the hall of the fixture, its live state and its terminals; only into an empty database, while it runs. */
  async furnish(place: Hall = hall): Promise<void> {
    const name = { zh: '测试', en: 'test' };
    const opened = first(this.hallStates.deltas, ({ hallId }) => hallId === place.id);
    await this.halls.putRegion({ id: place.regionId, code: '330100', name, parentId: null, outline: null });
    await this.halls.putHall(place);
    const register = (kind: TerminalKind, deviceId: string, windowId: string | null = null) =>
      this.terminals.register({ hallId: place.id, kind, deviceId, windowId });
    await register('kiosk', 'k1');
    await register('caller', 'w01', 'w01');
    await register('caller', 'w02', 'w02');
    await register('rater', 'w01', 'w01');
    await register('screen', 'w01', 'w01');
    await register('sensor', 'seat-w01', 'w01');
    await register('sensor', 'door');
    await this.#broker.admit(this.terminals);
    await opened;
  }
}

export function device(
  broker: Broker,
  kind: TerminalKind,
  deviceId: string,
  at: { hall?: string; region?: string } = {},
): TerminalClient {
  const { hall: hallId = hall.id, region = hall.regionId } = at;
  const address = { region, hall: hallId, kind, device: deviceId };
  return new TerminalClient({
    url: broker.url,
    address,
    ...broker.keys.get(userOf(address)),
    clock: systemClock,
    meta: { model: 'M-1', firmware: '1.0' },
  });
}

/** The first value that fits. */
export function first<T>(emitter: Pick<Emitter<T>, 'on'>, fits: (value: T) => boolean = () => true): Promise<T> {
  return new Promise((resolve) => {
    const leave = emitter.on((value) => {
      if (!fits(value)) return;
      leave();
      resolve(value);
    });
  });
}

/** Resolves as soon as the problems fit. */
export function problemsWhen(problems: ProblemBoard, fits: (codes: string[]) => boolean): Promise<void> {
  const codes = () => problems.list().map(({ subject, code }) => `${subject} ${code}`);
  return new Promise((resolve) => {
    if (fits(codes())) return resolve();
    const leave = problems.onChange(() => {
      if (!fits(codes())) return;
      leave();
      resolve();
    });
  });
}
