import { INPUTS, RELAYS } from '../device/event-board.ts';
import { MAX_SUBSCRIPTIONS } from './subscriptions.ts';
import { DEVICE_IO_PATH, EVENTS_PATH, IMAGING_PATH, MEDIA2_PATH, MEDIA_PATH, PTZ_PATH } from './identity.ts';
import type { OnvifCamera } from './operation.ts';

interface Service {
  prefix: 'trt' | 'tr2' | 'tptz' | 'timg' | 'tmd' | 'tev';
  path: string;
  /** What GetServices and GetServiceCapabilities say. */
  capabilities: string;
  /** Its element in the older GetCapabilities, in the order of the schema; newer services have none. */
  oldName?: string;
  oldCapabilities?: string;
}

export const serviceCapabilities = {
  trt:
    '<trt:Capabilities SnapshotUri="false" Rotation="false"><trt:ProfileCapabilities MaximumNumberOfProfiles="2"/>' +
    '<trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="true" RTP_RTSP_TCP="true"/></trt:Capabilities>',
  tr2:
    '<tr2:Capabilities SnapshotUri="false" Rotation="false"><tr2:ProfileCapabilities MaximumNumberOfProfiles="2" ' +
    'ConfigurationsSupported="VideoSource VideoEncoder AudioSource AudioEncoder PTZ"/>' +
    '<tr2:StreamingCapabilities RTSPStreaming="true" RTPMulticast="false" RTP_RTSP_TCP="true"/></tr2:Capabilities>',
  tptz: '<tptz:Capabilities EFlip="false" Reverse="false" MoveStatus="true" StatusPosition="true"/>',
  timg: '<timg:Capabilities ImageStabilization="false" Presets="false"/>',
  tmd:
    `<tmd:Capabilities VideoSources="1" VideoOutputs="0" AudioSources="0" AudioOutputs="0" RelayOutputs="${RELAYS.length}" ` +
    `DigitalInputs="${INPUTS.length}" SerialPorts="0"/>`,
  tev:
    '<tev:Capabilities WSSubscriptionPolicySupport="false" WSPausableSubscriptionManagerInterfaceSupport="false" ' +
    `MaxPullPoints="${MAX_SUBSCRIPTIONS}" PersistentNotificationStorage="false"/>`,
} as const;

/** The services of a camera beside the device service. */
export function servicesOf({ ptz, hasMedia2 }: OnvifCamera): Service[] {
  const service = (prefix: Service['prefix'], path: string, oldName?: string, oldCapabilities?: string): Service => ({
    ...{ prefix, path, capabilities: serviceCapabilities[prefix] },
    ...(oldName === undefined ? {} : { oldName }),
    ...(oldCapabilities === undefined ? {} : { oldCapabilities }),
  });
  const no = (name: string) => `<tt:${name}>false</tt:${name}>`;
  return [
    service(
      'tev',
      EVENTS_PATH,
      'Events',
      no('WSSubscriptionPolicySupport') +
        '<tt:WSPullPointSupport>true</tt:WSPullPointSupport>' +
        no('WSPausableSubscriptionManagerInterfaceSupport'),
    ),
    service('timg', IMAGING_PATH, 'Imaging'),
    service(
      'trt',
      MEDIA_PATH,
      'Media',
      `<tt:StreamingCapabilities>${no('RTPMulticast')}<tt:RTP_TCP>true</tt:RTP_TCP>` +
        '<tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>',
    ),
    ...(ptz ? [service('tptz', PTZ_PATH, 'PTZ')] : []),
    ...(hasMedia2 ? [service('tr2', MEDIA2_PATH)] : []),
    service('tmd', DEVICE_IO_PATH),
  ];
}
