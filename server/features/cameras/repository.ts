import { NO_CAPABILITIES, type Camera, type CameraProfile } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import type { Refusal } from '#lib/credential-guard.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';

/** A camera as it is stored: `sealed` is its password in the secret box, null where it has none. */
export interface StoredCamera {
  camera: Camera;
  sealed: Buffer | null;
  /** Whether what is stored of it includes its capabilities; cameras of earlier releases were not asked. */
  asked: boolean;
  /** What it said when it refused its credentials; null where it has not. */
  refusal: Refusal | null;
}

interface CameraRow {
  id: string;
  hall_id: string;
  name: string;
  purpose: Camera['purpose'];
  onvif_url: string | null;
  username: string;
  password_sealed: Buffer | null;
  manufacturer: string;
  model: string;
  firmware: string;
  serial: string;
  place_x: number | null;
  place_y: number | null;
  bearing: number | null;
  enabled: boolean;
  source_choice: Camera['sourceChoice'];
  capabilities: Camera['capabilities'] | null;
  refused_at: string | null;
  refused_words: string | null;
  profiles: CameraProfile[];
  window_ids: string[];
}

/** Cameras in the database; one is written whole, with its profiles and windows. Violated constraints become AppErrors. */
export class CamerasRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<StoredCamera[]> {
    const rows = await this.#db.query<CameraRow>(
      `SELECT c.*,
              (SELECT coalesce(json_agg(json_build_object('role', role, 'token', token, 'name', p.name, 'codec', codec,
                 'width', width, 'height', height, 'fps', fps,
                 'keyIntervalSec', key_interval_sec, 'audio', audio, 'streamUri', stream_uri) ORDER BY role), '[]')
               FROM camera_profile p WHERE p.camera_id = c.id) AS profiles,
              array(SELECT window_id FROM camera_window w WHERE w.camera_id = c.id ORDER BY w.position) AS window_ids
       FROM camera c ORDER BY c.hall_id, c.id`,
    );
    return rows.map(toStored);
  }

  async insert(stored: StoredCamera): Promise<void> {
    const { camera } = stored;
    await this.#write(camera, async (inside) => {
      await inside.query(
        `INSERT INTO camera (id, hall_id, name, purpose, onvif_url, username, password_sealed, manufacturer, model,
           firmware, serial, place_x, place_y, bearing, enabled, source_choice, capabilities, refused_at, refused_words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
        values(stored),
      );
    });
  }

  async update(stored: StoredCamera): Promise<void> {
    const { camera } = stored;
    await this.#write(camera, async (inside) => {
      await inside.query(
        `UPDATE camera SET hall_id = $2, name = $3, purpose = $4, onvif_url = $5, username = $6, password_sealed = $7,
           manufacturer = $8, model = $9, firmware = $10, serial = $11, place_x = $12, place_y = $13, bearing = $14,
           enabled = $15, source_choice = $16, capabilities = $17, refused_at = $18, refused_words = $19
         WHERE id = $1`,
        values(stored),
      );
      await inside.query('DELETE FROM camera_profile WHERE camera_id = $1', [camera.id]);
      await inside.query('DELETE FROM camera_window WHERE camera_id = $1', [camera.id]);
    });
  }

  async saveRefusal(cameraId: string, refusal: Refusal | null): Promise<void> {
    await this.#db.query('UPDATE camera SET refused_at = $2, refused_words = $3 WHERE id = $1', [
      cameraId,
      ...columnsOf(refusal),
    ]);
  }

  async remove(cameraId: string): Promise<void> {
    try {
      await this.#db.query('DELETE FROM camera WHERE id = $1', [cameraId]);
    } catch (error) {
      const violation = violationOf(error);
      if (violation?.kind !== 'foreign-key') throw error;
      throw new AppError('CONFLICT', `still in use by: ${violation.table}`, { cause: error });
    }
  }

  async #write(camera: Camera, row: (inside: Database) => Promise<void>): Promise<void> {
    try {
      await this.#db.transaction(async (inside) => {
        await row(inside);
        await inside.query(
          `INSERT INTO camera_profile (camera_id, role, token, name, codec, width, height, fps, key_interval_sec,
             audio, stream_uri)
           SELECT $1, role, token, name, codec, width, height, fps, "keyIntervalSec", audio, "streamUri"
           FROM jsonb_to_recordset($2) AS p (role text, token text, name text, codec text, width integer,
             height integer, fps double precision, "keyIntervalSec" double precision, audio text, "streamUri" text)`,
          [camera.id, JSON.stringify(camera.profiles)],
        );
        await inside.query(
          `INSERT INTO camera_window (camera_id, hall_id, window_id, position)
           SELECT $1, $2, window_id, position FROM unnest($3::text[]) WITH ORDINALITY AS w (window_id, position)`,
          [camera.id, camera.hallId, camera.windowIds],
        );
      });
    } catch (error) {
      throw refusalOf(error, camera) ?? error;
    }
  }
}

function refusalOf(error: unknown, camera: Camera): AppError | null {
  const refuse = (code: 'CONFLICT' | 'NOT_FOUND' | 'REQUEST_INVALID', details: unknown) =>
    new AppError(code, details, { cause: error });
  switch (violationOf(error)?.constraint) {
    case 'camera_hall':
      return refuse('NOT_FOUND', `hall ${camera.hallId}`);
    case 'camera_sees_window':
      return refuse('REQUEST_INVALID', [
        { path: 'windowIds', message: `the hall ${camera.hallId} has not all of: ${camera.windowIds.join(', ')}` },
      ]);
    case 'camera_id':
      return refuse('CONFLICT', `the id ${camera.id} is taken`);
    case 'camera_serial':
      return refuse('CONFLICT', `another camera is ${camera.manufacturer} serial ${camera.serial}`);
    case 'camera_stream':
      return refuse('CONFLICT', `another camera has one of: ${camera.profiles.map((p) => p.streamUri).join(', ')}`);
    default:
      return null;
  }
}

function columnsOf(refusal: Refusal | null): [string | null, string | null] {
  return refusal ? [new Date(refusal.at).toISOString(), refusal.words] : [null, null];
}

function values({ camera, sealed, refusal }: StoredCamera): unknown[] {
  return [
    camera.id,
    camera.hallId,
    camera.name,
    camera.purpose,
    camera.onvifUrl,
    camera.username,
    sealed,
    camera.manufacturer,
    camera.model,
    camera.firmware,
    camera.serial,
    camera.place?.x ?? null,
    camera.place?.y ?? null,
    camera.bearing,
    camera.enabled,
    camera.sourceChoice,
    JSON.stringify(camera.capabilities),
    ...columnsOf(refusal),
  ];
}

function toStored(row: CameraRow): StoredCamera {
  const camera: Camera = {
    id: row.id,
    hallId: row.hall_id,
    name: row.name,
    purpose: row.purpose,
    onvifUrl: row.onvif_url,
    username: row.username,
    hasPassword: row.password_sealed !== null,
    manufacturer: row.manufacturer,
    model: row.model,
    firmware: row.firmware,
    serial: row.serial,
    profiles: row.profiles,
    capabilities: row.capabilities ?? { ...NO_CAPABILITIES },
    windowIds: row.window_ids,
    place: row.place_x === null || row.place_y === null ? null : { x: row.place_x, y: row.place_y },
    bearing: row.bearing,
    enabled: row.enabled,
    sourceChoice: row.source_choice,
  };
  const { refused_at: at, refused_words: words } = row;
  const refusal = at === null || words === null ? null : { at: Date.parse(at), words };
  return { camera, sealed: row.password_sealed, asked: row.capabilities !== null, refusal };
}
