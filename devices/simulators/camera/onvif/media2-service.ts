import { GOP_SECONDS, profiles, type Profile } from '../model.ts';
import { audioSourceConfiguration, MULTICAST, profileOf, resolution, sourceConfiguration } from './media-service.ts';
import type { OnvifCamera, Operations } from './operation.ts';
import { ptzConfiguration } from './ptz-service.ts';
import { serviceCapabilities } from './services.ts';
import { escapeXml, SoapFault, textOf, textsOf, type XmlNode } from './soap.ts';

/** RTP's own names, which Media 2 uses (Media2 5.2.3, 5.2.7). */
const AUDIO_NAMES = { aac: 'MP4A-LATM', pcmu: 'PCMU', pcma: 'PCMA' } as const;

/** The ONVIF media service of newer cameras (Media 2), which knows H.265. */
export function media2Operations(camera: OnvifCamera): Operations {
  const all = Object.values(profiles);
  return {
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<tr2:GetServiceCapabilitiesResponse>${serviceCapabilities.tr2}</tr2:GetServiceCapabilitiesResponse>`,
    },
    GetProfiles: {
      answer: (request) => {
        const token = textOf(request.Token);
        const wanted = token === '' ? all : [profileOf(token)];
        const list = wanted.map((profile) => mediaProfile(profile, camera, typesOf(request))).join('');
        return `<tr2:GetProfilesResponse>${list}</tr2:GetProfilesResponse>`;
      },
    },
    GetVideoSourceConfigurations: {
      answer: () =>
        `<tr2:GetVideoSourceConfigurationsResponse>${sourceConfiguration('tr2:Configurations')}` +
        '</tr2:GetVideoSourceConfigurationsResponse>',
    },
    GetVideoEncoderConfigurations: {
      answer: () => {
        const list = all.map((profile) => encoderConfiguration('tr2:Configurations', profile, camera)).join('');
        return `<tr2:GetVideoEncoderConfigurationsResponse>${list}</tr2:GetVideoEncoderConfigurationsResponse>`;
      },
    },
    GetStreamUri: {
      answer: (request) => {
        const profile = profileOf(textOf(request.ProfileToken));
        if (!['RtspUnicast', 'RTSP'].includes(textOf(request.Protocol))) {
          throw new SoapFault(
            'Sender',
            ['ter:InvalidArgVal', 'ter:InvalidStreamSetup'],
            'Streams are unicast over RTSP',
          );
        }
        return `<tr2:GetStreamUriResponse><tr2:Uri>${escapeXml(camera.streamUri(profile.role))}</tr2:Uri></tr2:GetStreamUriResponse>`;
      },
    },
  };
}

type Types = (name: string) => boolean;

/** Configurations are told only where they are asked for (Media2 5.2.1). */
function typesOf(request: XmlNode): Types {
  const wanted = textsOf(request.Type);
  return (name) => wanted.includes('All') || wanted.includes(name);
}

function mediaProfile(profile: Profile, camera: OnvifCamera, isWanted: Types): string {
  const { audio, ptz } = camera;
  const configurations = [
    isWanted('VideoSource') && sourceConfiguration('tr2:VideoSource'),
    isWanted('AudioSource') && audio && audioSourceConfiguration('tr2:AudioSource'),
    isWanted('VideoEncoder') && encoderConfiguration('tr2:VideoEncoder', profile, camera),
    isWanted('AudioEncoder') && audio && audioEncoderConfiguration(audio),
    isWanted('PTZ') && ptz && ptzConfiguration('tr2:PTZ'),
  ].filter((xml) => typeof xml === 'string');
  return (
    `<tr2:Profiles token="${profile.token}" fixed="true"><tr2:Name>${profile.name}</tr2:Name>` +
    (configurations.length > 0 ? `<tr2:Configurations>${configurations.join('')}</tr2:Configurations>` : '') +
    '</tr2:Profiles>'
  );
}

/** onvif.xsd, VideoEncoder2Configuration: the key-frame interval is an attribute here. */
function encoderConfiguration(element: string, profile: Profile, { codec }: OnvifCamera): string {
  const kind = codec(profile.role) === 'h264' ? 'Baseline' : 'Main';
  return (
    `<${element} token="VideoEncoderToken_${profile.token}" GovLength="${profile.fps * GOP_SECONDS}" Profile="${kind}">` +
    `<tt:Name>${profile.name}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${codec(profile.role).toUpperCase()}</tt:Encoding>` +
    `${resolution(profile)}<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${profile.fps}</tt:FrameRateLimit>` +
    `<tt:BitrateLimit>${profile.bitrate}</tt:BitrateLimit></tt:RateControl>${MULTICAST}<tt:Quality>4</tt:Quality></${element}>`
  );
}

function audioEncoderConfiguration(audio: NonNullable<OnvifCamera['audio']>): string {
  const isAac = audio === 'aac';
  return (
    '<tr2:AudioEncoder token="AudioEncoderToken"><tt:Name>AudioEncoderConfig</tt:Name><tt:UseCount>2</tt:UseCount>' +
    `<tt:Encoding>${AUDIO_NAMES[audio]}</tt:Encoding>${MULTICAST}<tt:Bitrate>${isAac ? 32 : 64}</tt:Bitrate>` +
    `<tt:SampleRate>${isAac ? 16 : 8}</tt:SampleRate></tr2:AudioEncoder>`
  );
}
