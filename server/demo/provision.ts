import { mkdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Account, SetupState } from '#contract/accounts.ts';
import { AlertRule } from '#contract/alert-rules.ts';
import { Camera, DiscoveredCamera } from '#contract/cameras.ts';
import { RecordingState } from '#contract/footage.ts';
import { PictureVerdict } from '#contract/picture-check.ts';
import { Hall, Region } from '#contract/places.ts';
import { StorageOverview } from '#contract/storage.ts';
import { Terminal } from '#contract/terminals.ts';
import { pause, systemClock } from '#lib/clock.ts';
import { terminalsOf } from '../../devices/simulators/city.ts';
import { demoAccounts } from './accounts.ts';
import type { DemoCameraInput, DemoCity } from './city.ts';
import { regions } from './regions.ts';
import { Refusal, type Rest } from './rest.ts';

const CAMERAS_WITHIN_MS = 60_000;
/** A camera that was just entered has a picture as soon as its stream is pulled. */
const VIEWS_WITHIN_MS = 30_000;
/** Each is asked a dozen questions by ONVIF, and all of them live in one process. */
const ADDED_AT_ONCE = 8;
/** An hour and a half of twelve sub streams; then the oldest goes, so that a demo that is forgotten fills no disk. */
const FOOTAGE_BYTES = 4e9;
const demoDays = { minDays: 0, maxDays: 1 };

/** Alerts within a minute or two of watching, as the demo city lives six times as fast. */
const demoRules: Record<string, unknown> = {
  'window-unattended': {
    ladder: [
      { afterSec: 20, severity: 'blue' },
      { afterSec: 75, severity: 'yellow' },
    ],
    clearAfterSec: 5,
    onlyWhileWaiting: true,
  },
  'wait-overtime': {
    ladder: [
      { afterSec: 200, severity: 'yellow' },
      { afterSec: 330, severity: 'red' },
    ],
    clearAfterSec: 10,
  },
};

/** Does through REST what an administrator would do in the browser; what stands already is left as it is. */
export class Provision {
  readonly #rest: Rest;
  readonly #city: DemoCity;

  constructor(rest: Rest, city: DemoCity) {
    this.#rest = rest;
    this.#city = city;
  }

  /** Signs in as the administrator, who is created with the setup code at the first start. */
  async signIn(setupCode: string): Promise<void> {
    const { username, displayName, password } = demoAccounts.administrator;
    const { required } = await this.#rest.get('/api/setup', SetupState);
    if (required) await this.#rest.send('POST', '/api/setup', { code: setupCode, username, displayName, password });
    await this.#rest.send('POST', '/api/session', { username, password });
  }

  /** Everybody else; what their grants name must be there. */
  async people(): Promise<void> {
    const known = await this.#rest.get('/api/accounts', z.array(Account));
    for (const account of Object.values(demoAccounts)) {
      if (!known.some((row) => row.username === account.username))
        await this.#rest.send('POST', '/api/accounts', account);
    }
  }

  async places(): Promise<void> {
    const knownRegions = await this.#rest.get('/api/regions', z.array(Region));
    for (const region of regions) {
      if (knownRegions.some((known) => isDeepStrictEqual(known, region))) continue;
      await this.#rest.send('PUT', `/api/regions/${region.id}`, region);
    }
    const knownHalls = await this.#rest.get('/api/halls', z.array(Hall));
    for (const hall of this.#city.halls) {
      if (!knownHalls.some(({ id }) => id === hall.id)) await this.#rest.send('PUT', `/api/halls/${hall.id}`, hall);
    }
  }

  async terminals(): Promise<void> {
    const known = await this.#rest.get('/api/terminals', z.array(Terminal));
    const keys = new Set(known.map(({ hallId, kind, deviceId }) => `${hallId}/${kind}/${deviceId}`));
    for (const hall of this.#city.simulated.halls) {
      for (const { kind, device, windowId } of terminalsOf(hall)) {
        if (keys.has(`${hall.id}/${kind}/${device}`)) continue;
        await this.#rest.send('POST', '/api/terminals', { hallId: hall.id, kind, deviceId: device, windowId });
      }
    }
  }

  /** Sets the demo's limits at the first start; afterwards they are the visitor's to change. */
  async rules(): Promise<void> {
    for (const rule of await this.#rest.get('/api/rules', z.array(AlertRule))) {
      const params = demoRules[rule.id];
      if (rule.version === 1 && params !== undefined)
        await this.#rest.send('PATCH', `/api/rules/${rule.id}`, { params });
    }
  }

  /** A volume in the demo's own folder, and every camera's sub stream recorded there; what a visitor set stays. */
  async recording(folder: string): Promise<void> {
    const { volumes } = await this.#rest.get('/api/storage', StorageOverview);
    if (volumes.length === 0) {
      await mkdir(folder, { recursive: true });
      await this.#rest.send('POST', '/api/storage/volumes', { id: 'demo', path: folder, quotaBytes: FOOTAGE_BYTES });
    }
    const states = await this.#rest.get('/api/recordings', z.array(RecordingState));
    const planned = new Set(states.map(({ cameraId }) => cameraId));
    for (const { id } of await this.#rest.get('/api/cameras', z.array(Camera))) {
      if (planned.has(id)) continue;
      await this.#rest.send('PUT', `/api/cameras/${id}/recording`, { mode: 'continuous', role: 'sub', ...demoDays });
    }
  }

  /**
   * Searches the interface for cameras and adds those of the city, or tells the product where they are now. A busy
   * machine answers late: searches until all are there or the time is up. Says how many are.
   * @param ours which camera stands at which ONVIF address: another demo on this machine answers too
   */
  async cameras(interfaceAddress: string, ours: ReadonlyMap<string, string>): Promise<number> {
    const deadline = performance.now() + CAMERAS_WITHIN_MS;
    const missing = new Set(this.#city.cameras);
    while (missing.size > 0 && performance.now() < deadline) {
      const found = await this.#rest.post(
        '/api/cameras/discover',
        { interfaceAddress, waitMs: 800 },
        z.array(DiscoveredCamera),
      );
      const known = await this.#rest.get('/api/cameras', z.array(Camera));
      const next = missing.values();
      const enterAll = async () => {
        for (const input of next) {
          const answer = found.find(({ onvifUrl }) => onvifUrl === ours.get(input.id));
          if (answer && (await this.#enter(input, answer.onvifUrl, known))) missing.delete(input);
        }
      };
      await Promise.all(Array.from({ length: ADDED_AT_ONCE }, enterAll));
    }
    return this.#city.cameras.length - missing.size;
  }

  /**
   * Confirms what the cameras at windows show, and draws the seats in it: to be done while nobody is in the halls. What was
   * confirmed at an earlier start stays. Says how many seats are watched.
   */
  async seats(): Promise<number> {
    const watched = await Promise.all(this.#city.seats.map((each) => this.#seat(each)));
    return watched.filter(Boolean).length;
  }

  async #seat({ cameraId, seat }: DemoCity['seats'][number]): Promise<boolean> {
    const at = `/api/cameras/${cameraId}`;
    try {
      const { references, seats } = await this.#rest.get(`${at}/picture-check`, PictureVerdict);
      if (references.some(({ light }) => light === 'day')) return seats.length > 0;
      await this.#confirmView(at);
      await this.#rest.send('PUT', `${at}/seats`, { seats: [seat] });
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  async #confirmView(at: string): Promise<void> {
    const deadline = performance.now() + VIEWS_WITHIN_MS;
    for (;;) {
      try {
        return await this.#rest.send('POST', `${at}/picture-check/references/day`, undefined);
      } catch (error) {
        const mayCome = error instanceof Refusal && error.code === 'CAMERA_SILENT';
        if (!mayCome || performance.now() > deadline) throw error;
        await pause(systemClock, 500);
      }
    }
  }

  /** False for a camera that did not answer in time. */
  async #enter(input: DemoCameraInput, onvifUrl: string, known: Camera[]): Promise<boolean> {
    const { cameraUsername, cameraPassword } = this.#city.simulated;
    const access = { username: cameraUsername, password: cameraPassword, onvifUrl };
    const camera = known.find(({ id }) => id === input.id);
    if (camera?.onvifUrl === onvifUrl) return true;
    try {
      if (camera) await this.#rest.send('PATCH', `/api/cameras/${camera.id}`, access);
      else await this.#rest.send('POST', '/api/cameras', { ...input, ...access });
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'CAMERA_UNREACHABLE') return false;
      throw error;
    }
  }
}
