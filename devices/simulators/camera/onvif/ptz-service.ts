import { profiles } from '../model.ts';
import { MAX_PRESETS, type PtzHead, type PtzVector } from '../device/ptz-head.ts';
import { durationMs, PTZ_CONFIGURATION, PTZ_NODE, type Operations } from './operation.ts';
import { serviceCapabilities } from './services.ts';
import { asNode, escapeXml, SoapFault, textOf, type XmlNode } from './soap.ts';

const SPACES = 'http://www.onvif.org/ver10/tptz';
const DEFAULT_TIMEOUT_MS = 10_000;
const TOKENS = Object.values(profiles).map(({ token }) => token);

/** ONVIF PTZ 5: moving, presets, home. */
export function ptzOperations(head: PtzHead, now: () => number): Operations {
  const invalid = (code: string, words: string) => new SoapFault('Sender', ['ter:InvalidArgVal', code], words);
  const ofProfile = (request: XmlNode) => {
    if (!TOKENS.includes(textOf(request.ProfileToken))) throw invalid('ter:NoProfile', 'There is no such profile');
  };
  const presetOf = (request: XmlNode) => {
    const preset = head.preset(textOf(request.PresetToken));
    if (!preset) throw invalid('ter:NoToken', 'There is no such preset');
    return preset;
  };
  /** Axes that are left out stay as they are. */
  const vectorOf = (node: XmlNode, otherwise: PtzVector): PtzVector => {
    const number = (part: 'PanTilt' | 'Zoom', attribute: '@x' | '@y', usual: number) => {
      const text = textOf(asNode(node[part])[attribute]);
      const value = text === '' ? usual : Number(text);
      if (!(Math.abs(value) <= 1)) throw invalid('ter:InvalidPosition', 'Out of bounds');
      return value;
    };
    return {
      pan: number('PanTilt', '@x', otherwise.pan),
      tilt: number('PanTilt', '@y', otherwise.tilt),
      zoom: number('Zoom', '@x', otherwise.zoom),
    };
  };
  const done = (name: string) => `<tptz:${name}Response/>`;
  const operation = (name: string, work: (request: XmlNode) => void): Operations => ({
    [name]: {
      answer: (request) => {
        ofProfile(request);
        work(request);
        return done(name);
      },
    },
  });
  return {
    ...operation('ContinuousMove', (request) =>
      head.move(
        vectorOf(asNode(request.Velocity), { pan: 0, tilt: 0, zoom: 0 }),
        durationMs(textOf(request.Timeout), DEFAULT_TIMEOUT_MS),
      ),
    ),
    ...operation('AbsoluteMove', (request) => head.goTo(vectorOf(asNode(request.Position), head.position))),
    ...operation('Stop', () => head.stop()),
    ...operation('GotoHomePosition', () => head.goHome()),
    ...operation('GotoPreset', (request) => head.goTo(presetOf(request).position)),
    ...operation('RemovePreset', (request) => void head.removePreset(presetOf(request).token)),
    SetPreset: {
      answer: (request) => {
        ofProfile(request);
        const token = textOf(request.PresetToken);
        if (token !== '') presetOf(request);
        const preset = head.savePreset(textOf(request.PresetName), token === '' ? undefined : token);
        if (!preset) throw new SoapFault('Receiver', ['ter:Action', 'ter:TooManyPresets'], 'No more presets');
        return `<tptz:SetPresetResponse><tptz:PresetToken>${preset.token}</tptz:PresetToken></tptz:SetPresetResponse>`;
      },
    },
    GetPresets: {
      answer: (request) => {
        ofProfile(request);
        const presets = head.presets.map(
          ({ token, name, position }) =>
            `<tptz:Preset token="${token}"><tt:Name>${escapeXml(name)}</tt:Name>` +
            `<tt:PTZPosition>${vectorXml(position)}</tt:PTZPosition></tptz:Preset>`,
        );
        return `<tptz:GetPresetsResponse>${presets.join('')}</tptz:GetPresetsResponse>`;
      },
    },
    GetStatus: {
      answer: (request) => {
        ofProfile(request);
        const state = head.isMoving ? 'MOVING' : 'IDLE';
        return (
          `<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>${vectorXml(head.position)}</tt:Position>` +
          `<tt:MoveStatus><tt:PanTilt>${state}</tt:PanTilt><tt:Zoom>${state}</tt:Zoom></tt:MoveStatus>` +
          `<tt:UtcTime>${new Date(now()).toISOString()}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>`
        );
      },
    },
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<tptz:GetServiceCapabilitiesResponse>${serviceCapabilities.tptz}</tptz:GetServiceCapabilitiesResponse>`,
    },
    GetNodes: { answer: () => `<tptz:GetNodesResponse>${node}</tptz:GetNodesResponse>` },
    GetNode: {
      answer: (request) => {
        if (textOf(request.NodeToken) !== PTZ_NODE) throw invalid('ter:NoEntity', 'There is no such node');
        return `<tptz:GetNodeResponse>${node}</tptz:GetNodeResponse>`;
      },
    },
    GetConfigurations: {
      answer: () =>
        `<tptz:GetConfigurationsResponse>${ptzConfiguration('tptz:PTZConfiguration')}</tptz:GetConfigurationsResponse>`,
    },
    GetConfiguration: {
      answer: () =>
        `<tptz:GetConfigurationResponse>${ptzConfiguration('tptz:PTZConfiguration')}</tptz:GetConfigurationResponse>`,
    },
    GetConfigurationOptions: {
      answer: () =>
        `<tptz:GetConfigurationOptionsResponse><tptz:PTZConfigurationOptions><tt:Spaces>${spaces}</tt:Spaces>` +
        `<tt:PTZTimeout><tt:Min>PT0S</tt:Min><tt:Max>PT${DEFAULT_TIMEOUT_MS / 1000}S</tt:Max></tt:PTZTimeout>` +
        '</tptz:PTZConfigurationOptions></tptz:GetConfigurationOptionsResponse>',
    },
  };
}

/** The configuration that makes a profile moveable (onvif.xsd, PTZConfiguration). */
export function ptzConfiguration(element: string): string {
  return (
    `<${element} token="${PTZ_CONFIGURATION}"><tt:Name>PTZ</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:NodeToken>${PTZ_NODE}</tt:NodeToken>` +
    `<tt:DefaultAbsolutePantTiltPositionSpace>${SPACES}/PanTiltSpaces/PositionGenericSpace</tt:DefaultAbsolutePantTiltPositionSpace>` +
    `<tt:DefaultAbsoluteZoomPositionSpace>${SPACES}/ZoomSpaces/PositionGenericSpace</tt:DefaultAbsoluteZoomPositionSpace>` +
    `<tt:DefaultContinuousPanTiltVelocitySpace>${SPACES}/PanTiltSpaces/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace>` +
    `<tt:DefaultContinuousZoomVelocitySpace>${SPACES}/ZoomSpaces/VelocityGenericSpace</tt:DefaultContinuousZoomVelocitySpace>` +
    `<tt:DefaultPTZTimeout>PT${DEFAULT_TIMEOUT_MS / 1000}S</tt:DefaultPTZTimeout></${element}>`
  );
}

function vectorXml({ pan, tilt, zoom }: PtzVector): string {
  const number = (value: number) => value.toFixed(4);
  return (
    `<tt:PanTilt x="${number(pan)}" y="${number(tilt)}" space="${SPACES}/PanTiltSpaces/PositionGenericSpace"/>` +
    `<tt:Zoom x="${number(zoom)}" space="${SPACES}/ZoomSpaces/PositionGenericSpace"/>`
  );
}

const range = (axis: 'XRange' | 'YRange', least: number) =>
  `<tt:${axis}><tt:Min>${least}</tt:Min><tt:Max>1</tt:Max></tt:${axis}>`;
const space2d = (element: string, uri: string) =>
  `<tt:${element}><tt:URI>${SPACES}/PanTiltSpaces/${uri}</tt:URI>${range('XRange', -1)}${range('YRange', -1)}</tt:${element}>`;
const space1d = (element: string, uri: string, least: number) =>
  `<tt:${element}><tt:URI>${SPACES}/ZoomSpaces/${uri}</tt:URI>${range('XRange', least)}</tt:${element}>`;

const spaces =
  space2d('AbsolutePanTiltPositionSpace', 'PositionGenericSpace') +
  space1d('AbsoluteZoomPositionSpace', 'PositionGenericSpace', 0) +
  space2d('ContinuousPanTiltVelocitySpace', 'VelocityGenericSpace') +
  space1d('ContinuousZoomVelocitySpace', 'VelocityGenericSpace', -1);

const node =
  `<tptz:PTZNode token="${PTZ_NODE}" FixedHomePosition="true"><tt:Name>PTZ</tt:Name><tt:SupportedPTZSpaces>${spaces}` +
  `</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>${MAX_PRESETS}</tt:MaximumNumberOfPresets>` +
  '<tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode>';
