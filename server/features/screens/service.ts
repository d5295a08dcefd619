import {
  screenKey,
  type DriveTarget,
  type Painting,
  type ScreenDrive,
  type ScreenFacts,
  type ScreenRef,
  type ScreenShow,
  type ScreensSnapshot,
  type ScreenState,
} from '#contract/screens.ts';
import { OVERVIEW_SCENE } from '#contract/scenes.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { Driver } from './driver.ts';
import type { Shown } from './driving.ts';
import type { PicturesDeps } from './pictures.ts';
import type { AlertsPort, ScreenLink } from './ports.ts';
import { ScreensRepository, type Driven } from './repository.ts';
import { Screen } from './screen.ts';

/** Names beyond that are typing errors. */
const MOST_SCREENS = 200;

export interface ScreensDeps extends PicturesDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  alerts: AlertsPort;
}

/** A browser that has joined. */
export interface Joined {
  tell(facts: ScreenFacts): void;
  leave(): void;
}

/**
 * Screens of the wall and their console: what each shows is kept here, so that a screen that comes back shows it again.
 * Alerts drive those screens and groups that are told so; a lock keeps others and alerts away.
 */
export class ScreensService {
  readonly changed = new Emitter<ScreenState>();
  readonly removed = new Emitter<ScreenRef>();
  /** How groups are driven, all of them. */
  readonly drivesChanged = new Emitter<ScreensSnapshot['drives']>();

  readonly #deps: ScreensDeps;
  readonly #repository: ScreensRepository;
  readonly #changes = new Serial();
  readonly #screens = new Map<string, Screen>();
  readonly #groupDrives = new Map<string, ScreenDrive>();
  /** By key of a screen, or `group/` for a group. */
  readonly #drivers = new Map<string, Driver>();
  /** What alerts had brought to screens when they went, or the program ended, by key; until each is back. */
  readonly #before = new Map<string, Driven>();
  #leave: (() => void)[] = [];

  constructor(deps: ScreensDeps) {
    this.#deps = deps;
    this.#repository = new ScreensRepository(deps.db);
  }

  async start(): Promise<void> {
    if (this.#leave.length > 0) return;
    const { alerts, scenes } = this.#deps;
    this.#leave = [
      alerts.changed.on((alert) => this.#drivers.forEach((driver) => driver.hear(alert))),
      scenes.changed.on(() => this.#screens.forEach((screen) => void screen.refresh())),
    ];
    const [screens, drives, driven] = await Promise.all([
      ...([this.#repository.screens(), this.#repository.drives(), this.#repository.driven()] as const),
    ]);
    for (const each of driven) this.#before.set(screenKey(each), each.driven);
    for (const stored of screens) this.#add(stored);
    for (const { drive, ...target } of drives) this.#setDrive(target, drive);
  }

  async stop(): Promise<void> {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#drivers.forEach((driver) => driver.stop());
    this.#drivers.clear();
    await this.#changes.run(async () => undefined);
  }

  snapshot(): ScreensSnapshot {
    const screens = [...this.#screens.values()].map((screen) => screen.state());
    return { screens: screens.sort(byName), drives: this.#drives() };
  }

  /** A browser is this screen from now on. A name that is new begins with the overview. */
  join(ref: ScreenRef, facts: ScreenFacts, username: string, link: ScreenLink): Promise<Joined> {
    return this.#changes.run(async () => {
      const screen = this.#screens.get(screenKey(ref)) ?? (await this.#make(ref));
      screen.join({ link, facts, username });
      this.#resume(ref);
      this.#lookAt(ref);
      return {
        tell: (now) => screen.tell(link, now),
        leave: () => {
          const { driven } = screen.order;
          if (driven) this.#before.set(screenKey(ref), { alertId: driven.alertId, until: Date.parse(driven.until) });
          screen.leave(link);
          this.#lookAt(ref);
        },
      };
    });
  }

  /** Throws NOT_FOUND, or SCREEN_LOCKED where somebody else has locked it. Waits until the screen has painted, or is late. */
  async push(ref: ScreenRef, show: ScreenShow, username: string): Promise<Painting> {
    this.#mustExist(show);
    const screen = await this.#changes.run(async () => this.#put(this.#open(ref, username), show));
    return screen.refresh();
  }

  /** The two show each what the other showed. Throws as `push`. */
  async swap(one: ScreenRef, other: ScreenRef, username: string): Promise<Painting[]> {
    const both = await this.#changes.run(async () => {
      const [a, b] = [this.#open(one, username), this.#open(other, username)];
      const [showOfA, showOfB] = [a.show, b.show];
      return [await this.#put(a, showOfB), await this.#put(b, showOfA)];
    });
    return Promise.all(both.map((screen) => screen.refresh()));
  }

  /** Locks or unlocks; anyone who drives screens may unlock. Throws NOT_FOUND. */
  async lock(ref: ScreenRef, locked: boolean, username: string): Promise<void> {
    const screen = await this.#changes.run(async () => {
      const found = this.#get(ref);
      await this.#save(found, { lockedBy: locked ? (found.lockedBy ?? username) : null });
      return found;
    });
    // what an alert has brought goes before the lock holds what is the screen's own
    if (locked) void screen.driveTo(null, 'alert');
    this.#lookAt(ref);
    void screen.refresh();
  }

  /** Sets how alerts drive a screen or a group; null: not at all. Throws NOT_FOUND. */
  drive(target: DriveTarget, drive: ScreenDrive | null): Promise<void> {
    return this.#changes.run(async () => {
      if (target.name !== null) this.#get({ group: target.group, name: target.name });
      await this.#repository.saveDrive(target, drive);
      this.#setDrive(target, drive);
      if (target.name === null) this.drivesChanged.emit(this.#drives());
      else this.changed.emit(this.#get({ group: target.group, name: target.name }).state());
    });
  }

  /** Forgets a screen that is away. Throws NOT_FOUND, or CONFLICT while its browser is there. */
  forget(ref: ScreenRef): Promise<void> {
    return this.#changes.run(async () => {
      if (this.#get(ref).online) throw new AppError('CONFLICT', 'its browser is still open');
      await this.#repository.remove(ref);
      this.#setDrive(ref, null);
      this.#screens.delete(screenKey(ref));
      this.removed.emit(ref);
    });
  }

  async #make(ref: ScreenRef): Promise<Screen> {
    if (this.#screens.size >= MOST_SCREENS) throw new AppError('CONFLICT', `there are ${MOST_SCREENS} screens already`);
    const stored = {
      ...ref,
      show: { kind: 'scene' as const, sceneId: OVERVIEW_SCENE },
      lockedBy: null,
      seenAt: new Date(this.#deps.clock.now()).toISOString(),
    };
    await this.#repository.save(stored);
    this.#deps.log.info(ref, 'a new screen of the wall');
    return this.#add(stored);
  }

  #add(stored: ConstructorParameters<typeof Screen>[0]): Screen {
    const screen: Screen = new Screen(stored, {
      ...this.#deps,
      changed: () => this.changed.emit(screen.state()),
    });
    this.#screens.set(screenKey(stored), screen);
    return screen;
  }

  #get(ref: ScreenRef): Screen {
    const screen = this.#screens.get(screenKey(ref));
    if (!screen) throw new AppError('NOT_FOUND', screenKey(ref));
    return screen;
  }

  #open(ref: ScreenRef, username: string): Screen {
    const screen = this.#get(ref);
    const { lockedBy } = screen;
    if (lockedBy !== null && lockedBy !== username) throw new AppError('SCREEN_LOCKED', lockedBy);
    return screen;
  }

  async #put(screen: Screen, show: ScreenShow): Promise<Screen> {
    await this.#save(screen, { show });
    return screen;
  }

  async #save(screen: Screen, change: { show?: ScreenShow; lockedBy?: string | null }): Promise<void> {
    const { show, lockedBy } = { show: screen.show, lockedBy: screen.lockedBy, ...change };
    const seenAt = new Date(this.#deps.clock.now()).toISOString();
    await this.#repository.save({ ...screen.ref, show, lockedBy, seenAt });
    Object.assign(screen, { show, lockedBy });
  }

  #mustExist(show: ScreenShow): void {
    const { scenes, halls, cameras } = this.#deps;
    const there =
      show.kind === 'scene'
        ? scenes.get(show.sceneId)
        : show.kind === 'hall'
          ? halls.get(show.hallId)
          : cameras.list().some(({ id }) => id === show.cameraId);
    if (!there) throw new AppError('NOT_FOUND', JSON.stringify(show));
  }

  #setDrive({ group, name }: DriveTarget, drive: ScreenDrive | null): void {
    const key = `${group}/${name ?? ''}`;
    this.#drivers.get(key)?.stop();
    this.#drivers.delete(key);
    const screen = name === null ? undefined : this.#screens.get(key);
    if (screen) screen.drive = drive;
    if (name === null) {
      if (drive) this.#groupDrives.set(group, drive);
      else this.#groupDrives.delete(group);
    }
    if (!drive) return;
    const members = () => (screen ? [screen] : this.#screensOf(group).filter((each) => each.drive === null));
    const driver = new Driver({
      clock: this.#deps.clock,
      drive,
      free: () => members().flatMap((each) => (each.free ? screenKey(each.ref) : [])),
      put: (at, shown, show) => this.#driveTo(at, shown, show),
    });
    this.#drivers.set(key, driver);
  }

  /** An alert takes a screen or gives it back. Told at once; stored behind it, for a restart. */
  #driveTo(key: string, shown: Shown | null, show: ScreenDrive['show']): void {
    const screen = this.#screens.get(key);
    if (!screen) return;
    void screen.driveTo(shown, show);
    // when the program ends every screen is given back, and shall have it again afterwards
    if (this.#leave.length === 0) return;
    const driven = shown && { alertId: shown.alert.id, until: shown.until };
    const { log } = this.#deps;
    this.#changes
      .run(() => this.#repository.saveDriven(screen.ref, driven))
      .catch((error: unknown) =>
        log.warn({ screen: key, reason: messageOf(error) }, 'what drives a screen is not stored'),
      );
  }

  /** A screen is back: what an alert had brought to it goes on, where its time is not over and the alert still open. */
  #resume(ref: ScreenRef): void {
    const key = screenKey(ref);
    const driven = this.#before.get(key);
    this.#before.delete(key);
    if (!driven || driven.until <= this.#deps.clock.now()) return;
    const alert = this.#deps.alerts.open().find(({ id }) => id === driven.alertId);
    const driver = this.#drivers.get(key) ?? this.#drivers.get(`${ref.group}/`);
    if (alert) driver?.resume(key, { alert, until: driven.until });
  }

  /** A screen has come, gone, or was locked: alerts may have to wait, or may go on. */
  #lookAt({ group, name }: ScreenRef): void {
    for (const key of [`${group}/${name}`, `${group}/`]) this.#drivers.get(key)?.look();
  }

  #screensOf(group: string): Screen[] {
    return [...this.#screens.values()].filter(({ ref }) => ref.group === group).sort((a, b) => byName(a.ref, b.ref));
  }

  #drives(): ScreensSnapshot['drives'] {
    return [...this.#groupDrives].map(([group, drive]) => ({ group, drive }));
  }
}

const collator = new Intl.Collator('zh', { numeric: true });
const byName = (a: ScreenRef, b: ScreenRef) => collator.compare(a.group, b.group) || collator.compare(a.name, b.name);
