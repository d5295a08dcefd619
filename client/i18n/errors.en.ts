import type { ErrorTexts } from './error-texts.ts';
import { caseErrors } from './errors.cases.ts';
import { enFootage } from './errors.en.footage.ts';

export const en: ErrorTexts = {
  CONFIG_INVALID: { title: 'Setting not usable', advice: 'Correct the named environment variable and start again.' },
  PORT_TAKEN: { title: 'Port taken', advice: 'Another program listens on this port. Stop it or choose another port.' },
  DATA_IN_USE: {
    title: 'Data folder in use',
    advice: 'Another Hallwatch uses this data folder. Stop it or set HALLWATCH_DATA to another folder.',
  },
  FFMPEG_MISSING: {
    title: 'ffmpeg is missing',
    advice: 'Install it (apt-get install ffmpeg) or set HALLWATCH_FFMPEG.',
  },
  FFMPEG_TOO_OLD: {
    title: 'ffmpeg is too old',
    advice: 'It is older than 5.1. Install a newer one or set HALLWATCH_FFMPEG.',
  },
  DATABASE_UNREACHABLE: {
    title: 'Database does not answer',
    advice: 'Check that it runs and that DATABASE_URL names it. Hallwatch tries again by itself.',
  },
  DATABASE_URL_INVALID: {
    title: 'Database address malformed',
    advice: "DATABASE_URL must look like postgres://user:password{'@'}host:5432/name.",
  },
  DATABASE_REFUSED: {
    title: 'Database refused us',
    advice: 'The database refused the user, the password or the database name. Correct DATABASE_URL.',
  },
  TIMESCALE_MISSING: {
    title: 'TimescaleDB is missing',
    advice: 'Install the extension in this PostgreSQL, or unset DATABASE_URL to use the embedded database.',
  },
  DATABASE_EMBEDDED_FAILED: {
    title: 'Embedded database did not start',
    advice: 'Its log stands in the data folder under database/log.',
  },
  BROKER_UNREACHABLE: {
    title: 'MQTT broker does not answer',
    advice: 'Check that it runs and that MQTT_URL names it. Hallwatch tries again by itself.',
  },
  BROKER_REFUSED: { title: 'MQTT broker refused us', advice: 'It refused the user or the password. Correct MQTT_URL.' },

  REQUEST_INVALID: { title: 'Something is not filled in right', advice: 'Check the marked fields and try again.' },
  NOT_FOUND: { title: 'Not found', advice: 'There is nothing under this name. It may have been removed.' },
  OUTPUT_UNREACHABLE: {
    title: 'Output does not answer',
    advice:
      'Alerts do not get out this way. Check its address and the network; it is tried again by itself, for a day.',
  },
  OUTPUT_REFUSED: {
    title: 'Output takes no alerts',
    advice: 'The details are the words of the other side: check user, secret, sender and recipients.',
  },
  OUTPUT_ADDRESS_FORBIDDEN: {
    title: 'Address not allowed',
    advice:
      'Alerts may be told to no address there. Choose another, or name its network in HALLWATCH_OUTPUT_NETWORKS and start Hallwatch again.',
  },
  ALERT_CHANGED: {
    title: 'The alert has changed',
    advice: 'Something happened to this alert in the meantime. Look at its latest state before you act.',
  },
  CONFLICT: {
    title: 'Name taken or in use',
    advice: 'Something with this name exists already, or is still in use. Choose another name.',
  },
  SCENE_CHANGED: {
    title: 'The scene was changed',
    advice: 'Somebody has changed this scene in the meantime. Open it again, or save yours under another name.',
  },
  SCREEN_LOCKED: {
    title: 'The screen is locked',
    advice: 'Somebody has locked it; the details say who. Unlock it first.',
  },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a minute and try again.' },
  INTERNAL: {
    title: 'Something failed inside Hallwatch',
    advice: 'The log has the details under this request id.',
  },
  SHUTTING_DOWN: { title: 'The server is stopping', advice: 'Try again when it is back.' },

  SIGN_IN_REQUIRED: { title: 'Sign in required', advice: 'Sign in first.' },
  REGISTRATION_CLOSED: {
    title: 'Registration is closed',
    advice: 'Accounts are given by administrators here. Ask one.',
  },
  SECOND_FACTOR_REQUIRED: { title: 'Code needed', advice: 'Give the code of your authenticator as well.' },
  SECOND_FACTOR_WRONG: {
    title: 'Wrong code',
    advice: 'The code is wrong, has run out or was used already. Take the next one.',
  },
  PASSKEY_REFUSED: {
    title: 'Passkey refused',
    advice: 'The passkey is not known here or was not confirmed. Sign in otherwise.',
  },
  IDENTITY_PROVIDER_UNREACHABLE: {
    title: 'Identity provider does not answer',
    advice: 'Nothing at this address answers as an identity provider. Check it and HALLWATCH_IDENTITY_NETWORKS.',
  },
  IDENTITY_REFUSED: {
    title: 'Not believed',
    advice: 'The answer of the identity provider could not be believed, or came too late. Sign in there anew.',
  },
  IDENTITY_UNKNOWN: {
    title: 'No account is yours yet',
    advice: 'The identity provider knows you, but no account here is yours yet. Give an administrator this subject.',
  },
  PICTURE_MASKED: {
    title: 'Masked for you',
    advice:
      'Parts of this picture are masked for you, and here it is kept without masks. Ask somebody who may lift them.',
  },
  REASON_REQUIRED: { title: 'A reason is asked for', advice: 'Say why: the policy asks for a reason here.' },
  CONFIRMATION_REQUIRED: {
    title: 'Confirm that it is you',
    advice: 'Show again that it is you: give your password once more.',
  },
  SIGN_IN_FAILED: { title: 'Sign-in failed', advice: 'The user name or the password is wrong.' },
  FORBIDDEN: { title: 'Not allowed', advice: 'Your account may not do this. Ask an administrator.' },
  SETUP_CODE_WRONG: {
    title: 'Setup code wrong',
    advice: 'The server prints the code on its console at the first start.',
  },
  SETUP_DONE: { title: 'Already set up', advice: 'The first administrator exists already. Sign in instead.' },
  SETUP_REQUIRED: {
    title: 'Not set up yet',
    advice: 'No account exists. Create the administrator with the setup code from the console.',
  },

  PLAN_IMAGE_UNUSABLE: {
    title: 'Not a usable picture',
    advice: 'A floor plan takes PNG or JPEG of at most 100 megapixels. Save the picture as one of these.',
  },
  CALENDAR_ENDS: {
    title: 'Working calendar ends soon',
    advice: 'Days behind its end are taken for what their weekday says. Import the next notice under Calendar.',
  },
  ...caseErrors.en,
  CAMERA_UNREACHABLE: {
    title: 'Camera does not answer',
    advice: 'Nothing answers at this address. Check address, port and cable.',
  },
  CAMERA_UNAUTHORIZED: {
    title: 'Camera refused the password',
    advice: 'The camera refused the user or the password. Enter the right ones.',
  },
  CAMERA_CREDENTIALS_REFUSED: {
    title: 'Stored password refused',
    advice:
      'The camera refused the stored user or password. Nothing is tried with them any more, as cameras lock accounts: enter the right ones, or have them tried again.',
  },
  CAMERA_ADDRESS_FORBIDDEN: {
    title: 'Address not allowed',
    advice:
      'This address is in no network that cameras may live in. Choose another, or name its network in HALLWATCH_CAMERA_NETWORKS and start Hallwatch again.',
  },
  CAMERA_NOT_ONVIF: {
    title: 'Not an ONVIF camera',
    advice: 'Something answers, but not as an ONVIF camera. Switch ONVIF on in the camera or check the port.',
  },
  CAMERA_NO_STREAM: {
    title: 'No usable stream',
    advice: 'The camera offers no usable video stream under this profile.',
  },
  CAMERA_CODEC_UNSUPPORTED: {
    title: 'Codec not supported',
    advice: 'The camera sends a codec that neither source can read. Set the profile to H.264.',
  },
  CAMERA_SILENT: {
    title: 'Camera sends no pictures',
    advice: 'It accepted the connection but sends nothing. Hallwatch reconnects by itself.',
  },
  CAMERA_PROTOCOL: {
    title: 'Camera answers strangely',
    advice: 'The RTSP client does not understand its answer. Hallwatch falls back to ffmpeg.',
  },
  CAMERA_NOT_PUSHING: {
    title: 'Device does not push',
    advice: 'It sends nothing to Hallwatch. Switch it on and check the address and key it pushes to, under Cameras.',
  },
  RTMP_OFF: {
    title: 'RTMP is switched off',
    advice: 'Hallwatch does not receive RTMP here. Set HALLWATCH_RTMP_PORT, usually to 1935, and start it again.',
  },
  RTMP_DOWN: {
    title: 'RTMP is being restarted',
    advice: 'The part that receives RTMP ended and is started again. Devices that push are away until they reconnect.',
  },
  CAMERA_UNSUPPORTED: {
    title: 'Not supported by the camera',
    advice: 'The camera has no such function, or ONVIF is not set up for it.',
  },
  CAMERA_COMMAND_REFUSED: {
    title: 'Camera refused the command',
    advice: 'The camera understood the command and refused it. Its own words are in the details.',
  },
  CAMERA_BUSY: {
    title: 'Too many commands',
    advice: 'Commands reach the camera faster than it answers. Wait a moment.',
  },
  CAMERA_FRAMES_MISSING: {
    title: 'Too few pictures',
    advice: 'Far fewer pictures arrive than the profile promises. Check the network and the load of the camera.',
  },
  CAMERA_LOSSY: {
    title: 'Packets lost',
    advice: 'Packets of the camera are lost on the way. Check cable, switch port and wireless link.',
  },
  CAMERA_KEY_FRAMES_RARE: {
    title: 'Key frames far apart',
    advice: 'Key frames are far apart, so pictures appear late. Set the I-frame interval in the camera to 2 s.',
  },
  CAMERA_CLOCK_OFF: {
    title: 'Camera clock off',
    advice: 'The clock of the camera is off by more than 2 s. Set its time server.',
  },
  CAMERA_FELL_BACK: {
    title: 'Carried by ffmpeg',
    advice:
      'Our RTSP client cannot read this camera, so ffmpeg does: it costs more. Set the profile to H.264 or H.265.',
  },
  CAMERA_FLAPPING: {
    title: 'Breaks off often',
    advice: 'The stream breaks off again and again. Check power supply and network of the camera.',
  },
  CAMERA_MAIN_LOST: {
    title: 'Main stream away',
    advice: 'The sub stream plays, but the main stream does not. Check its profile in the camera.',
  },
  CAMERA_EVENTS_UNHEARD: {
    title: 'Events not heard',
    advice:
      'Pictures arrive, but motion, tampering and inputs of the camera cannot be heard. Check its ONVIF events and that it has a subscription left.',
  },
  CAMERA_PICTURE_FAULT: {
    title: 'Picture fault',
    advice:
      'Pictures arrive, but picture diagnosis finds them unusable. Look at the camera, its lens and its direction.',
  },
  CAMERA_DISABLED: { title: 'Camera switched off', advice: 'It is switched off in Hallwatch. Enable it first.' },
  DISCOVERY_FAILED: {
    title: 'Discovery failed',
    advice: 'This network interface cannot be used. Choose an address of this machine.',
  },

  ...enFootage,
  TOPIC_INVALID: {
    title: 'Topic malformed',
    advice: 'The topic does not follow gsh/v1/REGION/HALL/KIND/DEVICE/CHANNEL.',
  },
  PAYLOAD_TOO_LARGE: {
    title: 'Message too large',
    advice: 'It is larger than the limit. Terminals send at most 64 KiB.',
  },
  PAYLOAD_NOT_JSON: { title: 'Message is not JSON', advice: 'Check the program of the terminal.' },
  PAYLOAD_INVALID: {
    title: 'Message malformed',
    advice: 'It does not have the form of its channel. See the detail for the field.',
  },
  ADAPTER_REFUSED: {
    title: 'Not readable by its adapter',
    advice: 'Put the message to the test bench under Adapters, which shows the line at fault.',
  },
  TERMINAL_UNKNOWN: {
    title: 'Unknown terminal',
    advice: 'None is registered under this topic. Add it under Terminals, or correct its topic.',
  },
  TERMINAL_MISPLACED: {
    title: 'Terminal in the wrong hall',
    advice: 'It speaks of a window or queue that its hall does not have. Check the terminal.',
  },
  TERMINAL_FORBIDDEN: {
    title: 'Wrote for another terminal',
    advice:
      'A device wrote below the topics of another one, or for a terminal that has a key of its own without giving it. Check both devices.',
  },
  TERMINAL_KEY_WRONG: {
    title: 'Wrong device key',
    advice:
      'A device came under the name of this terminal with a wrong key or none. Enter its key in the device, or issue a new one.',
  },
  TERMINAL_RETIRED: {
    title: 'Terminal is retired',
    advice: 'It was taken out of service and still speaks. Switch it off, or bring it back under Terminals.',
  },
  TERMINAL_CLOCK_SKEW: {
    title: 'Terminal clock is off',
    advice: 'Its clock is off by more than 5 seconds. Set its time server.',
  },
  TERMINAL_TWO_SPEAKERS: {
    title: 'Two devices with one id',
    advice:
      'Two devices take turns under the id of this terminal, or its connection breaks again and again. Give each device an id of its own.',
  },
  TERMINAL_OFFLINE: { title: 'Terminal offline', advice: 'Check its power and network.' },
  INGEST_OVERLOADED: {
    title: 'Messages pile up',
    advice: 'Terminals send faster than the database can store. Messages wait in the broker; check the database.',
  },
  INGEST_AWAY: {
    title: 'Ingest process away',
    advice:
      'One is away, or none runs. Start it again under its name: what the broker dealt to it waits there until then.',
  },
  FORECAST_UNKNOWN: {
    title: 'Too little is known to forecast',
    advice: 'Too little is known of this hall to say what will be. See what is missing, and ask again later.',
  },
  FORECAST_BUSY: {
    title: 'Too many questions at once',
    advice: 'Too many questions about what would be are waiting. Ask again in a moment.',
  },
  AUDIT_UNAVAILABLE: {
    title: 'The audit cannot be written',
    advice:
      'Changes, exports, downloads and commands to cameras are refused meanwhile. Check the database; Hallwatch tries again by itself.',
  },
  AUDIT_BROKEN: {
    title: 'The audit was tampered with',
    advice:
      'The audit in the database is not as Hallwatch left it. Run npm run audit-verify, which says where, and find out who had access to the database.',
  },
  AUDIT_UNSEALED: {
    title: 'A day of the audit is not sealed',
    advice: 'Check the folder of the seal keys; Hallwatch tries again by itself.',
  },

  SERVER_UNREACHABLE: {
    title: 'Server does not answer',
    advice: 'Check the network, or whether the Hallwatch server is running.',
  },
  ANSWER_UNREADABLE: {
    title: 'Answer not understood',
    advice: 'The answer does not come from this version of the server. Reload the page and try again.',
  },
};
