import { z } from 'zod';

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
  ALERT_CHANGED: {
    status: 409,
    advice:
      'Something happened to this alert in the meantime: the details say what, when and by whom. Look at it again.',
  },
  SCENE_CHANGED: {
    status: 409,
    advice: 'Somebody has changed this scene in the meantime. Open it again, or save yours under another name.',
  },
  RATE_LIMITED: { status: 429, advice: 'Too many attempts. Wait a minute and try again.' },
  INTERNAL: {
    status: 500,
    advice: 'Something failed inside Hallwatch. The log has the details under this request id.',
  },
  SHUTTING_DOWN: { status: 503, advice: 'The server is stopping. Try again when it is back.' },

  // accounts
  SIGN_IN_REQUIRED: { status: 401, advice: 'Sign in first.' },
  SIGN_IN_FAILED: { status: 401, advice: 'The user name or the password is wrong.' },
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

  // storage of footage
  VOLUME_PATH_INVALID: {
    status: 400,
    advice: 'This folder cannot be a volume of footage. The detail says why; choose another.',
  },
  VOLUME_FOREIGN: {
    status: 409,
    advice: 'This folder holds the footage of another volume or installation. Choose another, or mount the right disk.',
  },
  VOLUME_IN_USE: {
    status: 409,
    advice:
      'Another Hallwatch writes to this volume. Stop it, or give this one a folder of its own. The detail says who.',
  },
  VOLUME_AWAY: {
    status: 503,
    advice:
      'The volume is not there: its disk is not mounted, or its folder is gone. Mount it again; recording goes on elsewhere where there is another volume.',
  },
  VOLUME_READ_ONLY: {
    status: 503,
    advice: 'The volume cannot be written to. Look for a failing disk, and mount it for writing again.',
  },
  VOLUME_SLOW: {
    status: 503,
    advice:
      'Writing to the volume takes seconds. Look for a failing disk, a busy network or another program that writes.',
  },
  VOLUME_FAILED: {
    status: 503,
    advice: 'The volume fails when it is read or written. The detail has the words of the operating system.',
  },
  VOLUME_FULL: {
    status: 507,
    advice:
      'The volume has no room for footage. Free the disk of what is not footage, raise the quota or add a volume.',
  },
  VOLUME_PROTECTED_FULL: {
    status: 507,
    advice:
      'Only protected footage is left on the volume, so nothing is removed and nothing is recorded there. Add a volume, raise the quota, lift holds or shorten the minimum.',
  },
  STORE_AWAY: {
    status: 503,
    advice:
      'The object store does not answer. Look for the network and the store; footage stays on the disks meanwhile, and what lies in the store cannot be played.',
  },
  STORE_REFUSED: {
    status: 502,
    advice:
      'The object store says no: the key, its rights, the region or the bucket are not right. The detail has the words of the store.',
  },
  STORAGE_MINIMUM_AT_RISK: {
    status: 507,
    advice:
      'At the present rate the disks will not hold the minimum that footage must be kept. Add a volume, or record less, before the day in the detail.',
  },
  STORAGE_NO_VOLUME: {
    status: 503,
    advice: 'Cameras are to be recorded, but there is no volume to record to. Add one under Storage.',
  },

  // footage
  FOOTAGE_NOT_RECORDED: {
    status: 404,
    advice: 'There is no footage of this camera at this time. The timeline says why.',
  },
  FOOTAGE_SPAN_TOO_LONG: {
    status: 400,
    advice: 'The span is longer than may be asked for at once. Ask for less; the details say how much.',
  },
  FOOTAGE_AWAY: {
    status: 503,
    advice:
      'The file of this footage is not where it should be: its volume is away, or the file was taken away by hand. Check the volume under Storage.',
  },
  FOOTAGE_UNREADABLE: {
    status: 500,
    advice: 'The file of this footage does not read as what was recorded. Its hash says whether it was altered.',
  },
  FOOTAGE_BUSY: {
    status: 503,
    advice: 'More pictures of footage are asked for than this machine can make. Wait a moment.',
  },
  FOOTAGE_TOKEN_INVALID: {
    status: 401,
    advice: 'The footage token is wrong, has run out, or opens another camera or span. Ask for a new one.',
  },
  EXPORT_QUEUE_FULL: { status: 503, advice: 'As many exports wait as may. Cancel one, or wait until one is done.' },
  EXPORT_NOT_DONE: { status: 409, advice: 'The export is not done, so its files are not whole yet.' },
  EXPORT_EXPIRED: {
    status: 410,
    advice: 'The files of this export were removed after their time. Export the span again.',
  },
  EXPORT_DISK_FULL: {
    status: 507,
    advice:
      'There is no room for the export where Hallwatch keeps its data. Free some, or remove exports that are done.',
  },
  EXPORT_INTERRUPTED: {
    status: 500,
    advice: 'The server stopped while it exported, again and again. Start the export anew.',
  },
  EXPORT_FAILED: { status: 500, advice: 'The export failed. The detail says why; the log has more.' },

  // live video
  LIVE_TOKEN_INVALID: { status: 401, advice: 'The live token is wrong or has run out. Ask for a new one.' },
  LIVE_VIEWERS_FULL: { status: 503, advice: 'This camera has as many viewers as it may have. Close a tile elsewhere.' },
  LIVE_VIEWER_SLOW: { status: 503, advice: 'The connection is too slow for this stream. Choose the sub stream.' },
  TRANSCODE_BUSY: {
    status: 503,
    advice:
      'This machine converts as many H.265 streams as it can. Close a tile, watch in a browser with H.265, set the camera to H.264 or raise HALLWATCH_TRANSCODES.',
  },

  // terminals
  TOPIC_INVALID: { status: 400, advice: 'The topic does not follow gsh/v1/{region}/{hall}/{kind}/{device}/{channel}.' },
  PAYLOAD_TOO_LARGE: { status: 413, advice: 'The message is larger than the limit. Terminals send at most 64 KiB.' },
  PAYLOAD_NOT_JSON: { status: 400, advice: 'The message is not JSON.' },
  PAYLOAD_INVALID: {
    status: 400,
    advice: 'The message does not have the form of its channel. See the detail for the field.',
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
  TERMINAL_OFFLINE: { status: 503, advice: 'The terminal is offline. Check its power and network.' },
  INGEST_OVERLOADED: {
    status: 503,
    advice: 'Terminals send faster than the database can store. Messages wait in the broker; check the database.',
  },

  // forecast of queues
  FORECAST_UNKNOWN: {
    status: 409,
    advice:
      'Too little is known of this hall to say what will be. See details for what is missing, and ask again later.',
  },
  FORECAST_BUSY: { status: 429, advice: 'Too many questions about what would be are waiting. Ask again in a moment.' },
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
