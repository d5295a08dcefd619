import type { FloorPlan, Hall, PlanPoint, Queue, Region, Window } from '#contract/places.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { Database } from '../../db/database.ts';

interface RegionRow {
  id: string;
  code: string;
  name: Bilingual;
  parent_id: string | null;
  outline: [number, number][][] | null;
}

interface HallRow {
  id: string;
  region_id: string;
  name: Bilingual;
  address: string;
  longitude: number | null;
  latitude: number | null;
  capacity: number;
  time_zone: string;
  floor_plan: FloorPlan | null;
}

interface WindowRow {
  hall_id: string;
  id: string;
  label: string;
  name: Bilingual;
  place: PlanPoint | null;
  queue_ids: string[];
}

interface QueueRow {
  hall_id: string;
  id: string;
  name: Bilingual;
  target_wait_sec: number;
}

/** Regions and halls in the database; a hall is read and written whole, with its windows and queues. */
export class PlacesRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async regions(): Promise<Region[]> {
    const rows = await this.#db.query<RegionRow>(
      'SELECT id, code, name, parent_id, outline FROM region ORDER BY code, id',
    );
    return rows.map(({ parent_id, ...row }) => ({ ...row, parentId: parent_id }));
  }

  async saveRegion(region: Region): Promise<void> {
    await this.#db.query(
      `INSERT INTO region (id, code, name, parent_id, outline) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET code = $2, name = $3, parent_id = $4, outline = $5`,
      [region.id, region.code, json(region.name), region.parentId, json(region.outline)],
    );
  }

  async halls(): Promise<Hall[]> {
    const halls = await this.#db.query<HallRow>(
      `SELECT id, region_id, name, address, longitude, latitude, capacity, time_zone, floor_plan FROM hall ORDER BY id`,
    );
    const windows = await this.#db.query<WindowRow>(
      `SELECT w.hall_id, w.id, w.label, w.name, w.place,
              coalesce(array_agg(q.queue_id ORDER BY q.position) FILTER (WHERE q.queue_id IS NOT NULL), '{}') AS queue_ids
       FROM service_window w
       LEFT JOIN service_window_queue q ON q.hall_id = w.hall_id AND q.window_id = w.id
       GROUP BY w.hall_id, w.id ORDER BY w.hall_id, w.position, w.id`,
    );
    const queues = await this.#db.query<QueueRow>(
      'SELECT hall_id, id, name, target_wait_sec FROM queue ORDER BY hall_id, position, id',
    );
    const windowsOf = Map.groupBy(windows, (row) => row.hall_id);
    const queuesOf = Map.groupBy(queues, (row) => row.hall_id);
    return halls.map((row) => toHall(row, windowsOf.get(row.id) ?? [], queuesOf.get(row.id) ?? []));
  }

  /**
   * Creates the hall or makes it exactly what is given. Windows and queues that stay keep their row, so that what
   * refers to them stays too; those that are gone are deleted, which the database refuses while something needs them.
   */
  async saveHall(hall: Hall): Promise<void> {
    await this.#db.transaction(async (inside) => {
      await inside.query(
        `INSERT INTO hall (id, region_id, name, address, longitude, latitude, capacity, time_zone, floor_plan)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET region_id = $2, name = $3, address = $4, longitude = $5, latitude = $6,
           capacity = $7, time_zone = $8, floor_plan = $9`,
        [
          hall.id,
          hall.regionId,
          json(hall.name),
          hall.address,
          hall.longitude,
          hall.latitude,
          hall.capacity,
          hall.timeZone,
          json(hall.floorPlan),
        ],
      );
      await inside.query('DELETE FROM service_window_queue WHERE hall_id = $1', [hall.id]);
      await inside.query('DELETE FROM service_window WHERE hall_id = $1 AND id <> ALL ($2)', [
        hall.id,
        hall.windows.map((window) => window.id),
      ]);
      await inside.query('DELETE FROM queue WHERE hall_id = $1 AND id <> ALL ($2)', [
        hall.id,
        hall.queues.map((queue) => queue.id),
      ]);
      await inside.query(
        `INSERT INTO queue (hall_id, id, name, target_wait_sec, position)
         SELECT $1, id, name, "targetWaitSec", position
         FROM jsonb_to_recordset($2) AS q (id text, name jsonb, "targetWaitSec" integer, position integer)
         ON CONFLICT (hall_id, id) DO UPDATE SET name = excluded.name, target_wait_sec = excluded.target_wait_sec,
           position = excluded.position`,
        [hall.id, json(hall.queues.map((queue, position) => ({ ...queue, position })))],
      );
      await inside.query(
        `INSERT INTO service_window (hall_id, id, label, name, place, position)
         SELECT $1, id, label, name, place, position
         FROM jsonb_to_recordset($2) AS w (id text, label text, name jsonb, place jsonb, position integer)
         ON CONFLICT (hall_id, id) DO UPDATE SET label = excluded.label, name = excluded.name, place = excluded.place,
           position = excluded.position`,
        [hall.id, json(hall.windows.map((window, position) => ({ ...window, position })))],
      );
      await inside.query(
        `INSERT INTO service_window_queue (hall_id, window_id, queue_id, position)
         SELECT $1, window_id, queue_id, position
         FROM jsonb_to_recordset($2) AS f (window_id text, queue_id text, position integer)`,
        [
          hall.id,
          json(
            hall.windows.flatMap((window) =>
              window.queueIds.map((queue_id, position) => ({ window_id: window.id, queue_id, position })),
            ),
          ),
        ],
      );
    });
  }

  async removeHall(hallId: string): Promise<void> {
    await this.#db.transaction(async (inside) => {
      await inside.query('DELETE FROM service_window WHERE hall_id = $1', [hallId]);
      await inside.query('DELETE FROM queue WHERE hall_id = $1', [hallId]);
      await inside.query('DELETE FROM hall WHERE id = $1', [hallId]);
    });
  }
}

/** pg would write a JavaScript array as a PostgreSQL array; jsonb wants text. */
function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function toHall(row: HallRow, windows: WindowRow[], queues: QueueRow[]): Hall {
  return {
    id: row.id,
    regionId: row.region_id,
    name: row.name,
    address: row.address,
    longitude: row.longitude,
    latitude: row.latitude,
    capacity: row.capacity,
    timeZone: row.time_zone,
    floorPlan: row.floor_plan,
    queues: queues.map(({ id, name, target_wait_sec }): Queue => ({ id, name, targetWaitSec: target_wait_sec })),
    windows: windows.map(({ id, label, name, place, queue_ids }): Window => ({
      id,
      label,
      name,
      queueIds: queue_ids,
      place,
    })),
  };
}
