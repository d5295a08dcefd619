import type { ImagingLevels } from '../picture/adjust.ts';
import { VIDEO_SOURCE, type OnvifCamera, type Operations } from './operation.ts';
import { serviceCapabilities } from './services.ts';
import { asNode, SoapFault, textOf, type XmlNode } from './soap.ts';

/** In the order of the schema, which is a sequence (onvif.xsd, ImagingSettings20). */
const ELEMENTS = [
  ['brightness', 'Brightness'],
  ['saturation', 'ColorSaturation'],
  ['contrast', 'Contrast'],
  ['sharpness', 'Sharpness'],
] as const satisfies readonly (readonly [keyof ImagingLevels, string])[];
const MAX_LEVEL = 100;

/** ONVIF Imaging 5: four levels of the picture. */
export function imagingOperations({ imaging, setImaging }: OnvifCamera): Operations {
  const ofSource = (request: XmlNode) => {
    if (textOf(request.VideoSourceToken) === VIDEO_SOURCE) return;
    throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:NoSource'], 'There is no such video source');
  };
  return {
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<timg:GetServiceCapabilitiesResponse>${serviceCapabilities.timg}</timg:GetServiceCapabilitiesResponse>`,
    },
    GetImagingSettings: {
      answer: (request) => {
        ofSource(request);
        const levels = imaging();
        const settings = ELEMENTS.map(([name, element]) => `<tt:${element}>${levels[name]}</tt:${element}>`).join('');
        return (
          `<timg:GetImagingSettingsResponse><timg:ImagingSettings>${settings}</timg:ImagingSettings>` +
          '</timg:GetImagingSettingsResponse>'
        );
      },
    },
    GetOptions: {
      answer: (request) => {
        ofSource(request);
        const range = `<tt:Min>0</tt:Min><tt:Max>${MAX_LEVEL}</tt:Max>`;
        const options = ELEMENTS.map(([, element]) => `<tt:${element}>${range}</tt:${element}>`).join('');
        return `<timg:GetOptionsResponse><timg:ImagingOptions>${options}</timg:ImagingOptions></timg:GetOptionsResponse>`;
      },
    },
    SetImagingSettings: {
      answer: (request) => {
        ofSource(request);
        const settings = asNode(request.ImagingSettings);
        const levels = { ...imaging() };
        for (const [name, element] of ELEMENTS) {
          const text = textOf(settings[element]);
          if (text === '') continue;
          const level = Number(text);
          if (!(level >= 0 && level <= MAX_LEVEL)) {
            throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:SettingsInvalid'], `${element} is out of range`);
          }
          levels[name] = level;
        }
        setImaging(levels);
        return '<timg:SetImagingSettingsResponse/>';
      },
    },
  };
}
