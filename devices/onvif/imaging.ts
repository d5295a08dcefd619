import type { Imaging, ImagingChange } from '#contract/camera-control.ts';
import { AppError } from '#lib/app-error.ts';
import type { OnvifDevice } from './onvif-device.ts';
import { child, escapeXml, textOf, type XmlElement } from './soap.ts';

const IMAGING = 'http://www.onvif.org/ver20/imaging/wsdl';

/** In the order of the schema, which is a sequence (onvif.xsd, ImagingSettings20). */
const NAMES = [
  ['brightness', 'Brightness'],
  ['saturation', 'ColorSaturation'],
  ['contrast', 'Contrast'],
  ['sharpness', 'Sharpness'],
] as const;

/** The basics of the picture of one sensor and the ranges that it offers for them (ONVIF Imaging 5). */
export async function readImaging(device: OnvifDevice, source: string): Promise<Imaging> {
  const inside = sourceXml(source);
  const settings = child(await device.call('imaging', IMAGING, 'GetImagingSettings', inside), 'ImagingSettings');
  const options = child(await device.call('imaging', IMAGING, 'GetOptions', inside), 'ImagingOptions');
  const level = (name: string) => (settings && options ? levelOf(settings, options, name) : null);
  return {
    brightness: level('Brightness'),
    contrast: level('Contrast'),
    saturation: level('ColorSaturation'),
    sharpness: level('Sharpness'),
  };
}

/** npm onvif leaves out levels of 0. Throws REQUEST_INVALID for what the camera does not offer or is out of its range. */
export async function setImaging(
  device: OnvifDevice,
  source: string,
  offered: Imaging,
  change: ImagingChange,
): Promise<void> {
  let settings = '';
  for (const [name, element] of NAMES) {
    const value = change[name];
    if (value === undefined) continue;
    const level = offered[name];
    if (!level) throw new AppError('CAMERA_UNSUPPORTED', `the camera offers no ${name}`);
    if (value < level.min || value > level.max) {
      throw new AppError('REQUEST_INVALID', [{ path: name, message: `between ${level.min} and ${level.max}` }]);
    }
    settings += `<tt:${element}>${value}</tt:${element}>`;
  }
  if (settings === '') return;
  const inside =
    sourceXml(source) +
    `<ImagingSettings xmlns:tt="http://www.onvif.org/ver10/schema">${settings}</ImagingSettings>` +
    '<ForcePersistence>true</ForcePersistence>';
  await device.call('imaging', IMAGING, 'SetImagingSettings', inside);
}

function sourceXml(source: string): string {
  return `<VideoSourceToken>${escapeXml(source)}</VideoSourceToken>`;
}

function levelOf(settings: XmlElement, options: XmlElement, name: string): Imaging['brightness'] {
  const number = (element: XmlElement, ...path: string[]) => Number(textOf(element, ...path) || NaN);
  const level = {
    value: number(settings, name),
    min: number(options, name, 'Min'),
    max: number(options, name, 'Max'),
  };
  return Object.values(level).every(Number.isFinite) && level.min < level.max ? level : null;
}
