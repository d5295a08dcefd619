import { GOP_SECONDS, profiles, type Profile, type ProfileName } from '../model.ts';
import { mediaCapabilities, type Operation } from './device-service.ts';
import { asNode, escapeXml, SoapFault, textOf } from './soap.ts';

const SOURCE = 'VideoSource_1';
const SOURCE_CONFIGURATION = 'VideoSourceToken';

/** The ONVIF media service (Media 1): profiles and where their streams are. `streamUri` gives an address without password. */
export function mediaOperations(streamUri: (role: ProfileName) => string): Record<string, Operation> {
  const all = Object.values(profiles);
  const find = (token: string): Profile => {
    const profile = all.find((candidate) => candidate.token === token);
    if (!profile) {
      throw new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:NoProfile'], `There is no profile with token ${token}`);
    }
    return profile;
  };
  return {
    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () => `<trt:GetServiceCapabilitiesResponse>${mediaCapabilities}</trt:GetServiceCapabilitiesResponse>`,
    },

    GetProfiles: {
      answer: () => {
        const list = all.map((profile) => mediaProfile('trt:Profiles', profile)).join('');
        return `<trt:GetProfilesResponse>${list}</trt:GetProfilesResponse>`;
      },
    },

    GetProfile: {
      answer: (request) => {
        const profile = mediaProfile('trt:Profile', find(textOf(request.ProfileToken)));
        return `<trt:GetProfileResponse>${profile}</trt:GetProfileResponse>`;
      },
    },

    GetVideoSources: {
      answer: () =>
        `<trt:GetVideoSourcesResponse><trt:VideoSources token="${SOURCE}">` +
        `<tt:Framerate>${profiles.main.fps}</tt:Framerate>${resolution(profiles.main)}` +
        '</trt:VideoSources></trt:GetVideoSourcesResponse>',
    },

    GetVideoSourceConfigurations: {
      answer: () =>
        `<trt:GetVideoSourceConfigurationsResponse>${sourceConfiguration('trt:Configurations')}` +
        '</trt:GetVideoSourceConfigurationsResponse>',
    },

    GetVideoEncoderConfigurations: {
      answer: () => {
        const list = all.map((profile) => encoderConfiguration('trt:Configurations', profile)).join('');
        return `<trt:GetVideoEncoderConfigurationsResponse>${list}</trt:GetVideoEncoderConfigurationsResponse>`;
      },
    },

    GetStreamUri: {
      answer: (request) => {
        const profile = find(textOf(request.ProfileToken));
        const setup = asNode(request.StreamSetup);
        const protocol = textOf(asNode(setup.Transport).Protocol);
        if (textOf(setup.Stream) === 'RTP-Multicast' || protocol === 'HTTP') {
          const codes = ['ter:InvalidArgVal', 'ter:InvalidStreamSetup'];
          throw new SoapFault('Sender', codes, 'Streams are unicast over UDP or RTSP');
        }
        return (
          `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escapeXml(streamUri(profile.role))}</tt:Uri>` +
          '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>' +
          '<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>'
        );
      },
    },
  };
}

function mediaProfile(element: string, profile: Profile): string {
  return (
    `<${element} token="${profile.token}" fixed="true"><tt:Name>${profile.name}</tt:Name>` +
    sourceConfiguration('tt:VideoSourceConfiguration') +
    `${encoderConfiguration('tt:VideoEncoderConfiguration', profile)}</${element}>`
  );
}

function sourceConfiguration(element: string): string {
  const { width, height } = profiles.main;
  return (
    `<${element} token="${SOURCE_CONFIGURATION}"><tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${SOURCE}</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/></${element}>`
  );
}

/** The elements and their order are fixed by the schema (onvif.xsd, VideoEncoderConfiguration). */
function encoderConfiguration(element: string, profile: Profile): string {
  return (
    `<${element} token="VideoEncoderToken_${profile.token}"><tt:Name>${profile.name}</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>H264</tt:Encoding>${resolution(profile)}<tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${profile.fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    `<tt:BitrateLimit>${profile.bitrate}</tt:BitrateLimit></tt:RateControl>` +
    `<tt:H264><tt:GovLength>${profile.fps * GOP_SECONDS}</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>` +
    '<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>' +
    '<tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>' +
    `<tt:SessionTimeout>PT60S</tt:SessionTimeout></${element}>`
  );
}

function resolution({ width, height }: Profile): string {
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`;
}
