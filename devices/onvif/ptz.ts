import type { PtzMove, PtzPreset } from '#contract/camera-control.ts';
import { PTZ_MOVE_FOR_MS } from '#contract/camera-control.ts';
import type { MoveableProfile } from './media-profiles.ts';
import type { OnvifDevice } from './onvif-device.ts';
import { attributeOf, child, children, clip, escapeXml, textOf } from './soap.ts';

const PTZ = 'http://www.onvif.org/ver20/ptz/wsdl';
/** Domes keep up to 300. */
const PRESET_LIMIT = 512;
const TOKEN_LIMIT = 256;
/**
 * The camera stops by itself, should we be gone. In whole seconds, which all of them can read, and above our own
 * PTZ_MOVE_FOR_MS, so that a camera does not stutter between two words.
 */
const CAMERA_STOPS_AFTER_MS = Math.ceil(PTZ_MOVE_FOR_MS / 1000) * 1000 + 1000;

/** Movement by one profile (ONVIF PTZ 5). */
export class Ptz {
  readonly #device: OnvifDevice;
  readonly #profile: MoveableProfile;
  readonly #profileToken: string;
  /** Axes that may be in motion: leaving one out leaves it as it is (PTZ 5.3.3). */
  #turning = false;
  #zooming = false;

  constructor(device: OnvifDevice, profile: MoveableProfile) {
    this.#device = device;
    this.#profile = profile;
    this.#profileToken = escapeXml(profile.token);
  }

  /**
   * Some cameras refuse pan and zoom in one request, or a zoom that they do not have: only axes are sent that shall move
   * or may be moving.
   */
  async move({ pan, tilt, zoom }: PtzMove): Promise<void> {
    const turn = pan !== 0 || tilt !== 0;
    if (!turn && zoom === 0) return this.stop();
    const sendTurn = turn || this.#turning;
    const sendZoom = zoom !== 0 || this.#zooming;
    this.#turning = sendTurn;
    this.#zooming = sendZoom;
    const only = { ...(sendZoom ? {} : { onlySendPanTilt: true }), ...(sendTurn ? {} : { onlySendZoom: true }) };
    const velocity = { x: pan, y: tilt, zoom, timeout: CAMERA_STOPS_AFTER_MS, ...only };
    await this.#device.request('ContinuousMove', (cam, done) =>
      cam.continuousMove({ profileToken: this.#profileToken, ...velocity }, done),
    );
    this.#turning = turn;
    this.#zooming = zoom !== 0;
  }

  async stop(): Promise<void> {
    await this.#device.request('Stop', (cam, done) =>
      cam.stop({ profileToken: this.#profileToken, panTilt: true, zoom: true }, done),
    );
    this.#turning = false;
    this.#zooming = false;
  }

  async home(): Promise<void> {
    await this.#device.request('GotoHomePosition', (cam, done) =>
      cam.gotoHomePosition({ profileToken: this.#profileToken }, done),
    );
  }

  async goToPreset(token: string): Promise<void> {
    const preset = escapeXml(token);
    await this.#device.request('GotoPreset', (cam, done) =>
      cam.gotoPreset({ profileToken: this.#profileToken, preset }, done),
    );
  }

  /** Gives the preset under the token that the camera chose. */
  async savePreset(name: string): Promise<PtzPreset> {
    const response = await this.#device.request('SetPreset', (cam, done) =>
      cam.setPreset({ profileToken: this.#profileToken, presetName: escapeXml(name) }, done),
    );
    return { token: textOf(response, 'PresetToken'), name };
  }

  async removePreset(token: string): Promise<void> {
    const presetToken = escapeXml(token);
    await this.#device.request('RemovePreset', (cam, done) =>
      cam.removePreset({ profileToken: this.#profileToken, presetToken }, done),
    );
  }

  /** Asked in our own words: npm onvif makes numbers of tokens, and an error of a camera without presets. */
  async presets(): Promise<PtzPreset[]> {
    const inside = `<ProfileToken>${this.#profileToken}</ProfileToken>`;
    const response = await this.#device.call('ptz', PTZ, 'GetPresets', inside);
    return children(response, 'Preset')
      .map((preset) => ({ token: attributeOf(preset, 'token'), name: clip(textOf(preset, 'Name')) }))
      .filter(({ token }) => token !== '' && token.length <= TOKEN_LIMIT)
      .slice(0, PRESET_LIMIT);
  }

  /** Whether the node behind the profile has a home position (PTZ 5.1.1). */
  async hasHome(): Promise<boolean> {
    if (this.#profile.node === '') return false;
    const inside = `<NodeToken>${escapeXml(this.#profile.node)}</NodeToken>`;
    const node = child(await this.#device.call('ptz', PTZ, 'GetNode', inside), 'PTZNode');
    return node !== undefined && /^(true|1)$/i.test(textOf(node, 'HomeSupported'));
  }
}
