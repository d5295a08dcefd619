import { z } from 'zod';
import { footageErrors } from './footage-errors.ts';

/**
 * Every error the product can show, with its HTTP status and what to do about it. The advice is English, for logs and
 * the API; the client carries the same codes in both languages. A test holds catalogue, docs/errors.md and translations equal.
 */
export const errorCatalogue = {
  // starting up
  CONFIG_INVALID: {
    status: 500,
    advice: 'A setting in the environment is not usable. Correct the named variable and start again.',
  },
  PORT_TAKEN: { status: 500, advice: 'Another program listens on this port. Stop it or choose another port.' },
  DATA_IN_USE: {
    status: 500,
    advice: 'Another Hallwatch uses this data folder. Stop it or set HALLWATCH_DATA to another folder.',
  },
  FFMPEG_MISSING: {
    status: 503,
    advice: 'ffmpeg was not found. Install it (apt-get install ffmpeg) or set HALLWATCH_FFMPEG.',
  },
  FFMPEG_TOO_OLD: { status: 503, advice: 'ffmpeg is older than 5.1. Install a newer one or set HALLWATCH_FFMPEG.' },
  DATABASE_UNREACHABLE: {
    status: 503,
    advice:
      'The database does not answer. Check that it runs and that DATABASE_URL names it; Hallwatch tries again by itself.',
  },
  DATABASE_URL_INVALID: { status: 500, advice: 'DATABASE_URL must look like postgres://user:password@host:5432/name.' },
  DATABASE_REFUSED: {
    status: 500,
    advice: 'The database refused the user, the password or the database name. Correct DATABASE_URL.',
  },
  TIMESCALE_MISSING: {
    status: 500,
    advice:
      'This PostgreSQL has no TimescaleDB extension. Install it there, or unset DATABASE_URL to use the embedded database.',
  },
  DATABASE_EMBEDDED_FAILED: {
    status: 500,
    advice: 'The embedded database did not start. Its log stands in the data folder under database/log.',
  },
  BROKER_UNREACHABLE: {
    status: 503,
    advice:
      'The MQTT broker does not answer. Check that it runs and that MQTT_URL names it; Hallwatch tries again by itself.',
  },
  BROKER_REFUSED: { status: 503, advice: 'The MQTT broker refused the user or the password. Correct MQTT_URL.' },

  // any request
  REQUEST_INVALID: { status: 400, advice: 'The request does not have the expected form. See details for the fields.' },
  NOT_FOUND: { status: 404, advice: 'There is nothing under this name.' },
  CONFLICT: {
    status: 409,
    advice: 'Something with this name exists already, or is still in use. Choose another name.',
  },
  OUTPUT_UNREACHABLE: {
    status: 502,
    advice:
      'Alerts do not get out this way: the other side does not answer. Check its address and the network; Hallwatch tries again by itself, for a day.',
  },
  OUTPUT_REFUSED: {
    status: 502,
    advice:
      'The other side answers, but takes no alerts. The details are its words: check user, secret, sender and recipients.',
  },
  OUTPUT_ADDRESS_FORBIDDEN: {
    status: 403,
    advice:
      'This address is in no network that alerts may be told to. Choose another, or name its network in HALLWATCH_OUTPUT_NETWORKS and start Hallwatch again.',
  },
  ALERT_CHANGED: {
    status: 409,
    advice:
      'Something happened to this alert in the meantime: the details say what, when and by whom. Look at it again.',
  },
  SCENE_CHANGED: {
    status: 409,
    advice: 'Somebody has changed this scene in the meantime. Open it again, or save yours under another name.',
  },
  SCREEN_LOCKED: { status: 409, advice: 'This screen is locked by the user in the details. Unlock it first.' },
  RATE_LIMITED: { status: 429, advice: 'Too many attempts. Wait a minute and try again.' },
  INTERNAL: {
    status: 500,
    advice: 'Something failed inside Hallwatch. The log has the details under this request id.',
  },
  SHUTTING_DOWN: { status: 503, advice: 'The server is stopping. Try again when it is back.' },

  // accounts
  SIGN_IN_REQUIRED: { status: 401, advice: 'Sign in first.' },
  SIGN_IN_FAILED: { status: 401, advice: 'The user name or the password is wrong.' },
  REGISTRATION_CLOSED: { status: 403, advice: 'Accounts are given by administrators here. Ask one.' },
  SECOND_FACTOR_REQUIRED: { status: 401, advice: 'Give the code of your authenticator as well.' },
  SECOND_FACTOR_WRONG: {
    status: 401,
    advice: 'The code is wrong, has run out or was used already. Take the next one.',
  },
  PASSKEY_REFUSED: { status: 401, advice: 'The passkey is not known here or was not confirmed. Sign in otherwise.' },
  IDENTITY_PROVIDER_UNREACHABLE: {
    status: 502,
    advice: 'The identity provider does not answer as one. Check its address and HALLWATCH_IDENTITY_NETWORKS.',
  },
  IDENTITY_REFUSED: {
    status: 401,
    advice: 'The answer of the identity provider could not be believed, or came too late. Sign in there anew.',
  },
  IDENTITY_UNKNOWN: {
    status: 401,
    advice:
      'The identity provider knows you, but no account here is yours yet. Give an administrator the subject in the details.',
  },
  PICTURE_MASKED: {
    status: 403,
    advice:
      'Parts of this picture are masked for you, and it is kept here without its masks. Ask somebody who may lift them.',
  },
  REASON_REQUIRED: { status: 403, advice: 'Say why: the policy asks for a reason here.' },
  CONFIRMATION_REQUIRED: { status: 403, advice: 'Show again that it is you: give your password once more.' },
  FORBIDDEN: { status: 403, advice: 'Your account may not do this. Ask an administrator.' },
  SETUP_CODE_WRONG: {
    status: 403,
    advice: 'The setup code is wrong. The server prints it on its console at the first start.',
  },
  SETUP_DONE: { status: 409, advice: 'The first administrator exists already. Sign in instead.' },
  SETUP_REQUIRED: {
    status: 409,
    advice:
      'No account exists yet. Open the wall in a browser and create the administrator with the setup code from the console.',
  },

  // halls
  PLAN_IMAGE_UNUSABLE: {
    status: 400,
    advice: 'A floor plan takes a picture as PNG or JPEG, of at most 100 megapixels. Save it as one of these.',
  },

  // calendar
  CALENDAR_ENDS: {
    status: 503,
    advice:
      'The working calendar ends soon, and days behind its end are taken for what their weekday says. Import the next notice under Calendar.',
  },

  // cases
  EXCHANGE_KEY_WRONG: {
    status: 401,
    advice:
      'The batch is not signed by the key of its source. Sign the body as it is sent with HMAC-SHA-256, or issue a new key under Cases.',
  },
  EXCHANGE_SILENT: {
    status: 503,
    advice:
      'An approval system has handed over nothing for longer than it should. Check it and its network: its cases are judged by what is known.',
  },
  CASE_ACT_REFUSED: {
    status: 409,
    advice: 'This cannot happen to the case as it stands. The details say why.',
  },
  CASE_CLOCK_BEHIND: {
    status: 503,
    advice: 'The clock of cases cannot read or write the database, so levels and cards wait. It tries again by itself.',
  },
  CARD_EXCUSED: {
    status: 409,
    advice: 'Something may excuse what this card is for. Look at it, and say why the card is issued all the same.',
  },
  CARD_ACT_REFUSED: { status: 409, advice: 'This cannot happen to the card as it stands. The details say why.' },
  CARD_SECOND_PERSON: {
    status: 403,
    advice: 'A card is revoked by two people. Somebody else has to agree.',
  },
  PERFORMANCE_PUBLISHED: { status: 409, advice: 'The month is published and stands as it was then.' },
  PERFORMANCE_APPEALS_OPEN: { status: 409, advice: 'Appeals against points of this month are not decided.' },
  PERFORMANCE_MONTH_OPEN: { status: 409, advice: 'A month is published when it is over.' },
  MATTER_ACT_REFUSED: { status: 409, advice: 'This cannot be done with it as it stands. The details say why.' },
  MATTER_SAME_PERSON: {
    status: 403,
    advice: 'Who did the first half does not judge it as well. Somebody else has to do this.',
  },

  // cameras
  CAMERA_UNREACHABLE: {
    status: 502,
    advice: 'The camera does not answer at this address. Check address, port and cable.',
  },
  CAMERA_UNAUTHORIZED: { status: 502, advice: 'The camera refused the user or the password. Enter the right ones.' },
  CAMERA_CREDENTIALS_REFUSED: {
    status: 502,
    advice:
      'The camera refused the stored user or password. Nothing is tried with them any more, as cameras lock accounts: enter the right ones, or have them tried again.',
  },
  CAMERA_ADDRESS_FORBIDDEN: {
    status: 403,
    advice:
      'This address is in no network that cameras may live in. Choose another, or name its network in HALLWATCH_CAMERA_NETWORKS and start Hallwatch again.',
  },
  CAMERA_NOT_ONVIF: {
    status: 502,
    advice:
      'Something answers at this address, but not as an ONVIF camera. Switch ONVIF on in the camera or check the port.',
  },
  CAMERA_NO_STREAM: { status: 502, advice: 'The camera offers no usable video stream under this profile.' },
  CAMERA_CODEC_UNSUPPORTED: {
    status: 502,
    advice: 'The camera sends a codec that neither source can read. Set the profile to H.264.',
  },
  CAMERA_SILENT: {
    status: 503,
    advice: 'The camera accepted the connection but sends no pictures. Hallwatch reconnects by itself.',
  },
  CAMERA_PROTOCOL: {
    status: 502,
    advice: 'The camera answered in a way the RTSP client does not understand. Hallwatch falls back to ffmpeg.',
  },
  CAMERA_NOT_PUSHING: {
    status: 503,
    advice:
      'The device does not push to Hallwatch. Switch it on and check the address and key it pushes to, under Cameras.',
  },
  RTMP_OFF: {
    status: 409,
    advice: 'Hallwatch does not receive RTMP here. Set HALLWATCH_RTMP_PORT, usually to 1935, and start it again.',
  },
  RTMP_DOWN: {
    status: 503,
    advice: 'The part that receives RTMP ended and is started again. Devices that push are away until they reconnect.',
  },
  CAMERA_UNSUPPORTED: { status: 501, advice: 'The camera has no such function, or ONVIF is not set up for it.' },
  CAMERA_COMMAND_REFUSED: {
    status: 502,
    advice: 'The camera understood the command and refused it. Its own words are in the details.',
  },
  CAMERA_BUSY: { status: 429, advice: 'Commands reach the camera faster than it answers. Wait a moment.' },
  CAMERA_FRAMES_MISSING: {
    status: 503,
    advice: 'Far fewer pictures arrive than the profile promises. Check the network and the load of the camera.',
  },
  CAMERA_LOSSY: {
    status: 503,
    advice: 'Packets of the camera are lost on the way. Check cable, switch port and wireless link.',
  },
  CAMERA_KEY_FRAMES_RARE: {
    status: 503,
    advice: 'Key frames are far apart, so pictures appear late. Set the I-frame interval in the camera to 2 s.',
  },
  CAMERA_CLOCK_OFF: {
    status: 503,
    advice: 'The clock of the camera is off by more than 2 s. Set its time server.',
  },
  CAMERA_FELL_BACK: {
    status: 503,
    advice:
      'Our RTSP client cannot read this camera, so ffmpeg does: it costs more. Set the profile to H.264 or H.265.',
  },
  CAMERA_FLAPPING: {
    status: 503,
    advice: 'The stream breaks off again and again. Check power supply and network of the camera.',
  },
  CAMERA_MAIN_LOST: {
    status: 503,
    advice: 'The sub stream plays, but the main stream does not. Check its profile in the camera.',
  },
  CAMERA_EVENTS_UNHEARD: {
    status: 503,
    advice:
      'Pictures arrive, but motion, tampering and inputs of the camera cannot be heard. Check its ONVIF events and that it has a subscription left.',
  },
  CAMERA_PICTURE_FAULT: {
    status: 503,
    advice:
      'Pictures arrive, but picture diagnosis finds them unusable. Look at the camera, its lens and its direction.',
  },
  CAMERA_DISABLED: { status: 409, advice: 'This camera is switched off in Hallwatch. Enable it first.' },
  DISCOVERY_FAILED: {
    status: 502,
    advice: 'Discovery could not use this network interface. Choose an address of this machine.',
  },

  ...footageErrors,

  // terminals
  TOPIC_INVALID: { status: 400, advice: 'The topic does not follow gsh/v1/{region}/{hall}/{kind}/{device}/{channel}.' },
  PAYLOAD_TOO_LARGE: { status: 413, advice: 'The message is larger than the limit. Terminals send at most 64 KiB.' },
  PAYLOAD_NOT_JSON: { status: 400, advice: 'The message is not JSON.' },
  PAYLOAD_INVALID: {
    status: 400,
    advice: 'The message does not have the form of its channel. See the detail for the field.',
  },
  ADAPTER_REFUSED: {
    status: 400,
    advice:
      'An adapter could not read the message. Put it to the test bench under Adapters, which shows the line at fault.',
  },
  TERMINAL_UNKNOWN: {
    status: 404,
    advice: 'No terminal is registered under this topic. Add it under Terminals, or correct its topic.',
  },
  TERMINAL_MISPLACED: { status: 409, advice: 'The terminal speaks of a window or queue that its hall does not have.' },
  TERMINAL_FORBIDDEN: {
    status: 403,
    advice:
      'A device wrote below the topics of another one, or for a terminal that has a key of its own without giving it. Check both devices.',
  },
  TERMINAL_KEY_WRONG: {
    status: 401,
    advice:
      'A device came under the name of this terminal with a wrong key or none. Enter its key in the device, or issue a new one.',
  },
  TERMINAL_RETIRED: {
    status: 410,
    advice: 'This terminal was taken out of service and still speaks. Switch it off, or bring it back under Terminals.',
  },
  TERMINAL_CLOCK_SKEW: {
    status: 409,
    advice: 'The clock of the terminal is off by more than 5 seconds. Set its time server.',
  },
  TERMINAL_TWO_SPEAKERS: {
    status: 409,
    advice:
      'Two devices take turns under the id of this terminal, or its connection breaks again and again. Give each device an id of its own.',
  },
  TERMINAL_OFFLINE: { status: 503, advice: 'The terminal is offline. Check its power and network.' },
  INGEST_OVERLOADED: {
    status: 503,
    advice: 'Terminals send faster than the database can store. Messages wait in the broker; check the database.',
  },
  INGEST_AWAY: {
    status: 503,
    advice:
      'An ingest process is away, or none runs. Start it again under its name: what the broker dealt to it waits there until then.',
  },

  // forecast of queues
  FORECAST_UNKNOWN: {
    status: 409,
    advice:
      'Too little is known of this hall to say what will be. See details for what is missing, and ask again later.',
  },
  FORECAST_BUSY: { status: 429, advice: 'Too many questions about what would be are waiting. Ask again in a moment.' },

  // audit
  AUDIT_UNAVAILABLE: {
    status: 503,
    advice:
      'The audit cannot be written, so what must be audited is refused: changes, exports, downloads and commands to cameras. Check the database; Hallwatch tries again by itself.',
  },
  AUDIT_BROKEN: {
    status: 500,
    advice:
      'The audit in the database is not as Hallwatch left it. Run npm run audit-verify, which says where, and find out who had access to the database.',
  },
  AUDIT_UNSEALED: {
    status: 503,
    advice:
      'A day of the audit could not be sealed. Check the folder of the seal keys; Hallwatch tries again by itself.',
  },
} as const satisfies Record<string, { status: number; advice: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
export const ErrorCode = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

/** The body of every failed REST answer and the refusal of every socket command. */
export const ErrorBody = z.object({
  error: z.object({
    code: ErrorCode,
    message: z.string(),
    /** What exactly: field paths, the port, the address. */
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
