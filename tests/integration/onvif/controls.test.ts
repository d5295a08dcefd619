import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openControls } from '../../../devices/onvif/controls.ts';
import { hangUp, fault, OnvifResponder, reply, type OddCamera } from '../../helpers/onvif-responder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Answers of a dome with numbers for names; each checked by what was asked. */
const answers: NonNullable<OddCamera['answers']> = {
  GetPresets: () =>
    '<tptz:GetPresetsResponse><tptz:Preset token="007"><tt:Name>Desk &lt;1&gt;</tt:Name></tptz:Preset>' +
    '<tptz:Preset token="123456789012345678"/><tptz:Preset><tt:Name>no token</tt:Name></tptz:Preset></tptz:GetPresetsResponse>',
  GetNode: () =>
    '<tptz:GetNodeResponse><tptz:PTZNode token="n"><tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode></tptz:GetNodeResponse>',
  ContinuousMove: () => '<tptz:ContinuousMoveResponse/>',
  Stop: () => '<tptz:StopResponse/>',
  GotoHomePosition: () => '<tptz:GotoHomePositionResponse/>',
  GotoPreset: (text) =>
    text.includes('<PresetToken>007</PresetToken>') ? '<tptz:GotoPresetResponse></tptz:GotoPresetResponse>' : null,
  SetPreset: () => '<tptz:SetPresetResponse><tptz:PresetToken>0</tptz:PresetToken></tptz:SetPresetResponse>',
  RemovePreset: () => '<tptz:RemovePresetResponse/>',
  GetImagingSettings: () =>
    '<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:Brightness>0</tt:Brightness><tt:ColorSaturation>50</tt:ColorSaturation>' +
    '<tt:Contrast>5</tt:Contrast></timg:ImagingSettings></timg:GetImagingSettingsResponse>',
  GetOptions: () =>
    '<timg:GetOptionsResponse><timg:ImagingOptions><tt:Brightness><tt:Min>0</tt:Min><tt:Max>255</tt:Max></tt:Brightness>' +
    '<tt:ColorSaturation><tt:Min>0</tt:Min><tt:Max>100</tt:Max></tt:ColorSaturation></timg:ImagingOptions></timg:GetOptionsResponse>',
  SetImagingSettings: () => '<timg:SetImagingSettingsResponse/>',
  GetRelayOutputs: () =>
    '<tds:GetRelayOutputsResponse><tds:RelayOutputs token="0"><tt:Properties><tt:Mode>Monostable</tt:Mode><tt:DelayTime>PT1M0.5S</tt:DelayTime></tt:Properties></tds:RelayOutputs>' +
    '<tds:RelayOutputs token="r2"><tt:Properties><tt:Mode>Bistable</tt:Mode><tt:DelayTime>PT0S</tt:DelayTime></tt:Properties></tds:RelayOutputs></tds:GetRelayOutputsResponse>',
  SetRelayOutputState: () => '<tds:SetRelayOutputStateResponse/>',
};

let dome: OnvifResponder;
const open = (camera: OnvifResponder) =>
  openControls({
    onvifUrl: camera.onvifUrl,
    username: '',
    password: '',
    timeoutMs: 2000,
    signal: new AbortController().signal,
  });

async function start(odd: OddCamera): Promise<OnvifResponder> {
  const responder = await new OnvifResponder(odd).start();
  closing.push(() => responder.stop());
  return responder;
}

beforeEach(async () => {
  dome = await start({
    media: 'both',
    services: ['ptz', 'imaging'],
    advertisedHost: '192.168.77.64:81',
    profiles: [{ token: '1' }, { token: '00', ptz: 'n', width: 640 }],
    answers: { ...answers },
  });
});
/** The last request, without its envelope. */
const last = (name: string) => dome.texts.findLast((text) => text.includes(`<${name}`))!.replace(/.*<s:Body[^>]*>/, '');

describe('the controls of a camera', () => {
  it('are what it has, its tokens as it wrote them, at the host where it was reached', async () => {
    expect(await open(dome).controls()).toEqual({
      ptz: {
        presets: [
          { token: '007', name: 'Desk <1>' },
          { token: '123456789012345678', name: '' },
        ],
        home: true,
      },
      imaging: {
        brightness: { value: 0, min: 0, max: 255 },
        contrast: null,
        saturation: { value: 50, min: 0, max: 100 },
        sharpness: null,
      },
      relays: [
        { token: '0', mode: 'monostable', delaySec: 60.5 },
        { token: 'r2', mode: 'bistable', delaySec: null },
      ],
    });
  });

  it('are none at a plain camera', async () => {
    const plain = await start({ instead: { GetRelayOutputs: hangUp } });
    expect(await open(plain).controls()).toEqual({ ptz: null, imaging: null, relays: [] });
  });

  it('are none where a profile cannot be moved, though the service is listed', async () => {
    dome.camera.profiles = [{ token: '1' }];
    const controls = open(dome);
    expect((await controls.controls()).ptz).toBeNull();
    await expect(controls.move({ pan: 1, tilt: 0, zoom: 0 })).rejects.toMatchObject({ code: 'CAMERA_UNSUPPORTED' });
  });
});

describe('a command', () => {
  it('moves the axes that shall move, stops those that did, and lets the camera stop by itself', async () => {
    const controls = open(dome);
    await controls.move({ pan: 0.5, tilt: -1, zoom: 0 });
    expect(last('ContinuousMove')).toMatch(/<ProfileToken>00<.*<PanTilt x="0.5" y="-1"[^>]*\/>.*<Timeout>PT3S</);
    expect(last('ContinuousMove')).not.toContain('<Zoom');
    await controls.move({ pan: 0, tilt: 0, zoom: 1 });
    expect(last('ContinuousMove')).toMatch(/<PanTilt x="0" y="0"[^>]*\/>.*<Zoom x="1"/);
    await controls.move({ pan: 0, tilt: 0, zoom: 1 });
    expect(last('ContinuousMove')).not.toContain('<PanTilt');
    await controls.move({ pan: 0, tilt: 0, zoom: 0 });
    expect(dome.asked.at(-1)).toBe('Stop');
    // signing in, services and profiles are asked for once
    expect(dome.asked.filter((action) => action === 'GetProfiles')).toHaveLength(1);
  });

  it('goes to presets, keeps and removes them', async () => {
    const controls = open(dome);
    await controls.goToPreset('007');
    await controls.home();
    expect(await controls.savePreset('门口 <1>\u0000')).toEqual({ token: '0', name: '门口 <1>\u0000' });
    expect(last('SetPreset')).toContain('<PresetName>门口 &#60;1&#62;</PresetName>');
    await controls.removePreset('0');
    expect(last('RemovePreset')).toContain('<PresetToken>0</PresetToken>');
  });

  it('adjusts the picture within the range of the camera, to 0 as well', async () => {
    const controls = open(dome);
    await controls.setImaging({ brightness: 0, saturation: 100 });
    expect(last('SetImagingSettings')).toMatch(
      /<VideoSourceToken>V0<.*<tt:Brightness>0<\/tt:Brightness><tt:ColorSaturation>100</,
    );
    await expect(controls.setImaging({ brightness: 256 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(controls.setImaging({ sharpness: 1 })).rejects.toMatchObject({ code: 'CAMERA_UNSUPPORTED' });
  });

  it('switches relays', async () => {
    await open(dome).setRelay('0', true);
    expect(last('SetRelayOutputState')).toContain('<RelayOutputToken>0</RelayOutputToken><LogicalState>active<');
  });

  it.each([
    ['unknown to the camera', reply(500, fault('ActionNotSupported', 'never heard')), 'CAMERA_UNSUPPORTED'],
    ['refused', reply(500, fault('NoToken', 'no such preset')), 'CAMERA_COMMAND_REFUSED'],
    ['answered with a web page', reply(500, '<html><title>Oops</title></html>', 'text/html'), 'CAMERA_UNSUPPORTED'],
    ['hung up on', hangUp, 'CAMERA_UNREACHABLE'],
  ])('that is %s ends in a code, and the next one works', async (_what, instead, code) => {
    dome.camera.instead = { GotoPreset: instead };
    const controls = open(dome);
    await expect(controls.goToPreset('007')).rejects.toMatchObject({ code });
    dome.camera.instead = {};
    await controls.goToPreset('007');
  });

  it('to a camera that is away is CAMERA_UNREACHABLE until it is back', async () => {
    const { port } = dome;
    const controls = open(dome);
    await controls.stop();
    await dome.stop();
    await expect(controls.stop()).rejects.toMatchObject({ code: 'CAMERA_UNREACHABLE' });
    dome = await new OnvifResponder(dome.camera).start(port);
    closing.push(() => dome.stop());
    await controls.stop();
  });
});
