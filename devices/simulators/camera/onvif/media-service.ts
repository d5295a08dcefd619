import { GOP_SECONDS, profiles, type Profile } from '../model.ts';
import { VIDEO_SOURCE, type OnvifCamera, type Operations } from './operation.ts';
import { ptzConfiguration } from './ptz-service.ts';
import { serviceCapabilities } from './services.ts';
import { asNode, escapeXml, SoapFault, textOf } from './soap.ts';

const SOURCE_CONFIGURATION = 'VideoSourceToken';
const AUDIO_SOURCE = 'AudioSource_1';

export const MULTICAST =
  '<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>' +
  '<tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>';

/** A profile by its token. */
export function profileOf(token: string): Profile {
  const profile = Object.values(profiles).find((candidate) => candidate.token === token);
  if (profile) return profile;
  throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:NoProfile'], `There is no profile with token ${token}`);
}

/** The ONVIF media service (Media 1): profiles and where their streams are. */
export function mediaOperations(camera: OnvifCamera): Operations {
  const { audio } = camera;
  const all = Object.values(profiles);
  return {
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<trt:GetServiceCapabilitiesResponse>${serviceCapabilities.trt}</trt:GetServiceCapabilitiesResponse>`,
    },

    GetProfiles: {
      answer: () => {
        const list = all.map((profile) => mediaProfile('trt:Profiles', profile, camera)).join('');
        return `<trt:GetProfilesResponse>${list}</trt:GetProfilesResponse>`;
      },
    },

    GetProfile: {
      answer: (request) => {
        const profile = mediaProfile('trt:Profile', profileOf(textOf(request.ProfileToken)), camera);
        return `<trt:GetProfileResponse>${profile}</trt:GetProfileResponse>`;
      },
    },

    GetVideoSources: {
      answer: () =>
        `<trt:GetVideoSourcesResponse><trt:VideoSources token="${VIDEO_SOURCE}">` +
        `<tt:Framerate>${profiles.main.fps}</tt:Framerate>${resolution(profiles.main)}` +
        '</trt:VideoSources></trt:GetVideoSourcesResponse>',
    },

    GetVideoSourceConfigurations: {
      answer: () =>
        `<trt:GetVideoSourceConfigurationsResponse>${sourceConfiguration('trt:Configurations')}` +
        '</trt:GetVideoSourceConfigurationsResponse>',
    },

    GetAudioSources: {
      answer: () => {
        const source = `<trt:AudioSources token="${AUDIO_SOURCE}"><tt:Channels>1</tt:Channels></trt:AudioSources>`;
        return `<trt:GetAudioSourcesResponse>${audio ? source : ''}</trt:GetAudioSourcesResponse>`;
      },
    },

    GetAudioEncoderConfigurations: {
      answer: () =>
        `<trt:GetAudioEncoderConfigurationsResponse>${audio ? audioEncoderConfiguration('trt:Configurations', audio) : ''}` +
        '</trt:GetAudioEncoderConfigurationsResponse>',
    },

    GetVideoEncoderConfigurations: {
      answer: () => {
        const list = all.map((profile) => encoderConfiguration('trt:Configurations', profile, camera)).join('');
        return `<trt:GetVideoEncoderConfigurationsResponse>${list}</trt:GetVideoEncoderConfigurationsResponse>`;
      },
    },

    GetVideoEncoderConfiguration: {
      answer: (request) => {
        const token = textOf(request.ConfigurationToken);
        const profile = all.find((candidate) => token === `VideoEncoderToken_${candidate.token}`);
        if (!profile) {
          throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:NoConfig'], 'There is no such configuration');
        }
        return (
          `<trt:GetVideoEncoderConfigurationResponse>${encoderConfiguration('trt:Configuration', profile, camera)}` +
          '</trt:GetVideoEncoderConfigurationResponse>'
        );
      },
    },

    GetVideoEncoderConfigurationOptions: {
      answer: () => {
        const range = (element: string, least: number, most: number) =>
          `<tt:${element}><tt:Min>${least}</tt:Min><tt:Max>${most}</tt:Max></tt:${element}>`;
        const sizes = all.map(
          ({ width, height }) =>
            `<tt:ResolutionsAvailable><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:ResolutionsAvailable>`,
        );
        return (
          `<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options>${range('QualityRange', 4, 4)}<tt:H264>` +
          `${sizes.join('')}${range('GovLengthRange', 30, 50)}${range('FrameRateRange', 15, 25)}` +
          `${range('EncodingIntervalRange', 1, 1)}<tt:H264ProfilesSupported>Baseline</tt:H264ProfilesSupported></tt:H264>` +
          '</trt:Options></trt:GetVideoEncoderConfigurationOptionsResponse>'
        );
      },
    },

    GetStreamUri: {
      answer: (request) => {
        const profile = profileOf(textOf(request.ProfileToken));
        const setup = asNode(request.StreamSetup);
        const protocol = textOf(asNode(setup.Transport).Protocol);
        if (textOf(setup.Stream) === 'RTP-Multicast' || protocol === 'HTTP') {
          const codes = ['ter:InvalidArgVal', 'ter:InvalidStreamSetup'];
          throw new SoapFault('Sender', codes, 'Streams are unicast over UDP or RTSP');
        }
        return (
          `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escapeXml(camera.streamUri(profile.role))}</tt:Uri>` +
          '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>' +
          '<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>'
        );
      },
    },
  };
}

/** The elements and their order are fixed by the schema (onvif.xsd, Profile). */
function mediaProfile(element: string, profile: Profile, camera: OnvifCamera): string {
  const { audio, ptz } = camera;
  return (
    `<${element} token="${profile.token}" fixed="true"><tt:Name>${profile.name}</tt:Name>` +
    sourceConfiguration('tt:VideoSourceConfiguration') +
    (audio ? audioSourceConfiguration('tt:AudioSourceConfiguration') : '') +
    // Media 1 has no word for H.265: cameras that have Media 2 leave the encoder out of it.
    (isSayable(profile, camera) ? encoderConfiguration('tt:VideoEncoderConfiguration', profile, camera) : '') +
    (audio ? audioEncoderConfiguration('tt:AudioEncoderConfiguration', audio) : '') +
    (ptz ? ptzConfiguration('tt:PTZConfiguration') : '') +
    `</${element}>`
  );
}

const isSayable = ({ role }: Profile, { codec, hasMedia2 }: OnvifCamera): boolean =>
  codec(role) === 'h264' || !hasMedia2;

export function audioSourceConfiguration(element: string): string {
  return (
    `<${element} token="AudioSourceToken"><tt:Name>AudioSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${AUDIO_SOURCE}</tt:SourceToken></${element}>`
  );
}

function audioEncoderConfiguration(element: string, audio: NonNullable<OnvifCamera['audio']>): string {
  const isAac = audio === 'aac';
  return (
    `<${element} token="AudioEncoderToken"><tt:Name>AudioEncoderConfig</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:Encoding>${isAac ? 'AAC' : 'G711'}</tt:Encoding><tt:Bitrate>${isAac ? 32 : 64}</tt:Bitrate>` +
    `<tt:SampleRate>${isAac ? 16 : 8}</tt:SampleRate>${MULTICAST}<tt:SessionTimeout>PT60S</tt:SessionTimeout></${element}>`
  );
}

export function sourceConfiguration(element: string): string {
  const { width, height } = profiles.main;
  return (
    `<${element} token="${SOURCE_CONFIGURATION}"><tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${VIDEO_SOURCE}</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/></${element}>`
  );
}

/** The elements and their order are fixed by the schema (onvif.xsd, VideoEncoderConfiguration). */
function encoderConfiguration(element: string, profile: Profile, { codec }: OnvifCamera): string {
  return (
    `<${element} token="VideoEncoderToken_${profile.token}"><tt:Name>${profile.name}</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${codec(profile.role).toUpperCase()}</tt:Encoding>${resolution(profile)}<tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${profile.fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    `<tt:BitrateLimit>${profile.bitrate}</tt:BitrateLimit></tt:RateControl>` +
    `<tt:H264><tt:GovLength>${profile.fps * GOP_SECONDS}</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>` +
    `${MULTICAST}<tt:SessionTimeout>PT60S</tt:SessionTimeout></${element}>`
  );
}

export function resolution({ width, height }: Profile): string {
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`;
}
