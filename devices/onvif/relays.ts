import type { Relay } from '#contract/camera-control.ts';
import type { OnvifDevice } from './onvif-device.ts';
import { attributeOf, children, escapeXml, textOf } from './soap.ts';

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
const RELAY_LIMIT = 64;

/** The relay outputs of a camera (ONVIF Core 8.5.1). */
export async function readRelays(device: OnvifDevice): Promise<Relay[]> {
  const response = await device.call('device', DEVICE, 'GetRelayOutputs', '');
  return children(response, 'RelayOutputs')
    .slice(0, RELAY_LIMIT)
    .flatMap((output): Relay[] => {
      const token = attributeOf(output, 'token');
      if (token === '') return [];
      const monostable = textOf(output, 'Properties', 'Mode').toLowerCase() === 'monostable';
      const delaySec = monostable ? secondsOf(textOf(output, 'Properties', 'DelayTime')) : null;
      return [{ token, mode: monostable ? 'monostable' : 'bistable', delaySec }];
    });
}

export async function setRelay(device: OnvifDevice, token: string, on: boolean): Promise<void> {
  const inside =
    `<RelayOutputToken>${escapeXml(token)}</RelayOutputToken>` +
    `<LogicalState>${on ? 'active' : 'inactive'}</LogicalState>`;
  await device.call('device', DEVICE, 'SetRelayOutputState', inside);
}

/** Seconds of an xs:duration below a day, such as PT1M30.5S; null for anything else. */
export function secondsOf(duration: string): number | null {
  const match = /^PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?$/.exec(duration);
  if (!match || duration === 'PT') return null;
  const [, hours = 0, minutes = 0, seconds = 0] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
