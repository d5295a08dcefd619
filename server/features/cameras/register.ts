import type { Camera } from '#contract/cameras.ts';
import type { ProblemSubject } from '#contract/system.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { StoredCredentials, type Refusal } from '#lib/credential-guard.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { SecretBox } from '#lib/secret-box.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { twinOf } from './identity.ts';
import { CamerasRepository, type StoredCamera } from './repository.ts';

/** A refusal that could not be stored is tried again after so long, until the database takes it, ms. */
const STORE_AGAIN_MS = 5000;

export interface RegisterDeps {
  db: Database;
  log: Logger;
  secret: Buffer;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  clock: Clock;
  /** A camera has refused its credentials, or a person wants them tried again. */
  onRefusal: (cameraId: string) => void;
}

/**
 * A camera in memory; its password is open here and nowhere else, and `guard` says whether the camera may be shown it.
 * Replaced whole by every change, never altered; credentials or an address that changed come with a new guard.
 */
export type Kept = Omit<StoredCamera, 'refusal'> & { password: string; guard: StoredCredentials };

/**
 * All cameras, in memory, because every alert and every viewer asks for them. The database is the truth: memory changes
 * only after a commit.
 */
export class CameraRegister {
  readonly #deps: RegisterDeps;
  readonly #repository: CamerasRepository;
  readonly #box: SecretBox;
  /** Changes one at a time, so that memory follows the order of the commits. */
  readonly #changes = new Serial();
  #kept = new Map<string, Kept>();
  /** Cameras whose refusal, or its end, is not in the database yet. */
  readonly #unstored = new Set<string>();
  #cancelStoring: (() => void) | null = null;
  #stopped = false;

  constructor(deps: RegisterDeps) {
    this.#deps = deps;
    this.#repository = new CamerasRepository(deps.db);
    this.#box = new SecretBox(deps.secret, 'camera passwords');
  }

  async load(): Promise<void> {
    const stored = await this.#repository.list();
    this.#kept = new Map(stored.map((row) => [row.camera.id, this.#opened(row)]));
  }

  /** Waits for what is being saved, and takes up nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelStoring?.();
    await this.exclusive(async () => undefined);
  }

  /** Runs work that reads, decides and saves, with no other change in between. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#changes.run(work);
  }

  all(): Kept[] {
    return [...this.#kept.values()];
  }

  cameras(): Camera[] {
    return this.all().map(({ camera }) => camera);
  }

  ids(): ReadonlySet<string> {
    return new Set(this.#kept.keys());
  }

  find(cameraId: string): Kept | undefined {
    return this.#kept.get(cameraId);
  }

  /** Throws NOT_FOUND. */
  get(cameraId: string): Kept {
    const kept = this.#kept.get(cameraId);
    if (!kept) throw new AppError('NOT_FOUND', `camera ${cameraId}`);
    return kept;
  }

  /** Throws CONFLICT for a camera that is here already, NOT_FOUND for its hall, REQUEST_INVALID for its windows. */
  async insert(camera: Camera, password: string): Promise<Kept> {
    const kept = this.#seal(camera, password);
    this.#refuseTwin(kept.camera);
    await this.#repository.insert(storedOf(kept));
    return this.#keep(kept);
  }

  /** Like `insert`, for a camera that is here. Without a password the stored one stays as it is. */
  async update(camera: Camera, password?: string): Promise<Kept> {
    const before = this.get(camera.id);
    const kept =
      password === undefined
        ? { ...before, camera: withoutRepeats(camera), asked: true, guard: this.#guardAfter(before, camera) }
        : this.#seal(camera, password);
    this.#refuseTwin(kept.camera);
    await this.#repository.update(storedOf(kept));
    if (kept.guard !== before.guard) before.guard.retire();
    if (password !== undefined) this.#deps.problems.clear(passwordSubject(camera.id));
    return this.#keep(kept);
  }

  /** Throws NOT_FOUND, or CONFLICT where something still refers to the camera. */
  async remove(cameraId: string): Promise<void> {
    const { guard } = this.get(cameraId);
    await this.#repository.remove(cameraId);
    this.#kept.delete(cameraId);
    guard.retire();
    this.#deps.problems.clear(passwordSubject(cameraId));
  }

  #keep(kept: Kept): Kept {
    this.#kept.set(kept.camera.id, kept);
    return kept;
  }

  #seal(camera: Camera, password: string): Kept {
    const sealed = password === '' ? null : this.#box.seal(password, camera.id);
    const guard = this.#guardOf(camera.id, null);
    return {
      camera: { ...withoutRepeats(camera), hasPassword: sealed !== null },
      sealed,
      password,
      asked: true,
      guard,
    };
  }

  #opened({ refusal, ...stored }: StoredCamera): Kept {
    return { ...stored, password: this.#openPassword(stored), guard: this.#guardOf(stored.camera.id, refusal) };
  }

  /** Another name, or another address, is another try. */
  #guardAfter({ camera: before, guard }: Kept, { id, username, onvifUrl }: Camera): StoredCredentials {
    return username === before.username && onvifUrl === before.onvifUrl ? guard : this.#guardOf(id, null);
  }

  #guardOf(cameraId: string, refusal: Refusal | null): StoredCredentials {
    const { clock } = this.#deps;
    const guard = new StoredCredentials({ clock, refusal, onChange: () => this.#refusalChanged(cameraId, guard) });
    return guard;
  }

  #refusalChanged(cameraId: string, guard: StoredCredentials): void {
    const { log, onRefusal } = this.#deps;
    const isOurs = () => this.#kept.get(cameraId)?.guard === guard;
    if (!isOurs()) return;
    if (guard.refusal) log.warn({ cameraId, reason: guard.refusal.words }, 'camera refused its credentials');
    onRefusal(cameraId);
    this.#unstored.add(cameraId);
    void this.#storeRefusals();
  }

  /** While the database is away the refusals wait in memory: a restart must not show a camera its wrong password again. */
  async #storeRefusals(): Promise<void> {
    this.#cancelStoring?.();
    this.#cancelStoring = null;
    try {
      await this.exclusive(async () => {
        for (const cameraId of this.#unstored) {
          const guard = this.#kept.get(cameraId)?.guard;
          if (guard) await this.#repository.saveRefusal(cameraId, guard.refusal);
          this.#unstored.delete(cameraId);
        }
      });
    } catch (error) {
      const { log, clock } = this.#deps;
      if (this.#stopped) return;
      log.warn({ cameraIds: [...this.#unstored], reason: messageOf(error) }, 'refusals not stored yet; trying again');
      this.#cancelStoring ??= clock.after(STORE_AGAIN_MS, () => void this.#storeRefusals());
    }
  }

  #refuseTwin(camera: Camera): void {
    const twin = twinOf(camera, this.cameras());
    if (!twin) return;
    // whoever adds it may not see those of other halls
    const isHere = this.get(twin.id).camera.hallId === camera.hallId;
    throw new AppError('CONFLICT', `this is ${isHere ? `the camera ${twin.id}` : 'a camera'} already: ${twin.reason}`);
  }

  /** The other cameras must not suffer from a key file that does not fit one of them. */
  #openPassword({ camera, sealed }: Pick<StoredCamera, 'camera' | 'sealed'>): string {
    if (!sealed) return '';
    const password = this.#box.open(sealed, camera.id);
    if (password !== null) return password;
    const detail = 'its stored password was sealed with another key file; enter it again';
    this.#deps.log.error({ cameraId: camera.id, code: 'CAMERA_UNAUTHORIZED' }, detail);
    this.#deps.problems.raise(passwordSubject(camera.id), 'CAMERA_UNAUTHORIZED', detail);
    return '';
  }
}

function storedOf({ guard, ...kept }: Kept): StoredCamera {
  return { ...kept, refusal: guard.refusal };
}

function withoutRepeats(camera: Camera): Camera {
  return { ...camera, windowIds: [...new Set(camera.windowIds)] };
}

function passwordSubject(cameraId: string): ProblemSubject {
  return `camera:${cameraId}/password`;
}
