import type { ErrorTexts } from './error-texts.ts';

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
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a minute and try again.' },
  INTERNAL: {
    title: 'Something failed inside Hallwatch',
    advice: 'The log has the details under this request id.',
  },
  SHUTTING_DOWN: { title: 'The server is stopping', advice: 'Try again when it is back.' },

  SIGN_IN_REQUIRED: { title: 'Sign in required', advice: 'Sign in first.' },
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
  EXCHANGE_KEY_WRONG: {
    title: 'Signature of the batch is wrong',
    advice:
      'Sign the body as it is sent with HMAC-SHA-256 under the key of the source, or issue a new key under Cases.',
  },
  EXCHANGE_SILENT: {
    title: 'Approval system is silent',
    advice:
      'It has handed over nothing for longer than it should. Check it and its network: its cases are judged by what is known.',
  },
  CASE_ACT_REFUSED: {
    title: 'Not possible for this case',
    advice: 'It cannot happen to the case as it stands. The details say why.',
  },
  CASE_CLOCK_BEHIND: {
    title: 'Clock of cases is behind',
    advice: 'Levels and cards wait until the database can be read and written again. It tries by itself.',
  },
  CARD_EXCUSED: {
    title: 'Something may excuse it',
    advice: 'Look at what was found, and say why the card is issued all the same.',
  },
  CARD_ACT_REFUSED: {
    title: 'Not possible for this card',
    advice: 'It cannot happen to the card as it stands. The details say why.',
  },
  CARD_SECOND_PERSON: {
    title: 'A second person is needed',
    advice: 'A card is revoked by two people. Somebody else has to agree.',
  },
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

  VOLUME_PATH_INVALID: {
    title: 'Folder cannot be a volume',
    advice: 'This folder cannot be a volume of footage. The detail says why; choose another.',
  },
  VOLUME_FOREIGN: {
    title: 'Not this volume',
    advice: 'This folder holds the footage of another volume or installation. Choose another, or mount the right disk.',
  },
  VOLUME_IN_USE: {
    title: 'Volume in use',
    advice:
      'Another Hallwatch writes to this volume. Stop it, or give this one a folder of its own. The detail says who.',
  },
  VOLUME_AWAY: {
    title: 'Volume away',
    advice:
      'The volume is not there: its disk is not mounted, or its folder is gone. Mount it again; recording goes on elsewhere where there is another volume.',
  },
  VOLUME_READ_ONLY: {
    title: 'Volume read-only',
    advice: 'The volume cannot be written to. Look for a failing disk, and mount it for writing again.',
  },
  VOLUME_SLOW: {
    title: 'Volume slow',
    advice:
      'Writing to the volume takes seconds. Look for a failing disk, a busy network or another program that writes.',
  },
  VOLUME_FAILED: {
    title: 'Volume failed',
    advice: 'The volume fails when it is read or written. The detail has the words of the operating system.',
  },
  VOLUME_FULL: {
    title: 'Volume full',
    advice:
      'The volume has no room for footage. Free the disk of what is not footage, raise the quota or add a volume.',
  },
  VOLUME_PROTECTED_FULL: {
    title: 'Volume full of protected footage',
    advice:
      'Only protected footage is left on the volume, so nothing is removed and nothing is recorded there. Add a volume, raise the quota, lift holds or shorten the minimum.',
  },
  STORE_AWAY: {
    title: 'Object store away',
    advice:
      'The object store does not answer. Look for the network and the store; footage stays on the disks meanwhile, and what lies in the store cannot be played.',
  },
  STORE_REFUSED: {
    title: 'Object store refuses',
    advice:
      'The object store says no: the key, its rights, the region or the bucket are not right. The detail has the words of the store.',
  },
  STORAGE_MINIMUM_AT_RISK: {
    title: 'Minimum at risk',
    advice:
      'At the present rate the disks will not hold the minimum that footage must be kept. Add a volume, or record less, before the day in the detail.',
  },
  STORAGE_NO_VOLUME: {
    title: 'No volume',
    advice: 'Cameras are to be recorded, but there is no volume to record to. Add one under Storage.',
  },

  FOOTAGE_NOT_RECORDED: {
    title: 'No footage then',
    advice: 'There is no footage of this camera at this time. The timeline says why.',
  },
  FOOTAGE_SPAN_TOO_LONG: {
    title: 'Span too long',
    advice: 'The span is longer than may be asked for at once. Ask for less; the details say how much.',
  },
  FOOTAGE_AWAY: {
    title: 'Footage file away',
    advice:
      'The file of this footage is not where it should be: its volume is away, or the file was taken away by hand. Check the volume under Storage.',
  },
  FOOTAGE_UNREADABLE: {
    title: 'Footage cannot be read',
    advice: 'The file of this footage does not read as what was recorded. Its hash says whether it was altered.',
  },
  FOOTAGE_BUSY: {
    title: 'Too many pictures asked for',
    advice: 'More pictures of footage are asked for than this machine can make. Wait a moment.',
  },
  FOOTAGE_TOKEN_INVALID: {
    title: 'Footage token not valid',
    advice: 'The footage token is wrong, has run out, or opens another camera or span. Ask for a new one.',
  },
  EXPORT_QUEUE_FULL: {
    title: 'Export queue full',
    advice: 'As many exports wait as may. Cancel one, or wait until one is done.',
  },
  EXPORT_NOT_DONE: { title: 'Export not done', advice: 'The export is not done, so its files are not whole yet.' },
  EXPORT_EXPIRED: {
    title: 'Export expired',
    advice: 'The files of this export were removed after their time. Export the span again.',
  },
  EXPORT_DISK_FULL: {
    title: 'No room for the export',
    advice:
      'There is no room for the export where Hallwatch keeps its data. Free some, or remove exports that are done.',
  },
  EXPORT_INTERRUPTED: {
    title: 'Export interrupted',
    advice: 'The server stopped while it exported, again and again. Start the export anew.',
  },
  EXPORT_FAILED: { title: 'Export failed', advice: 'The export failed. The detail says why; the log has more.' },

  LIVE_TOKEN_INVALID: {
    title: 'Live token invalid',
    advice: 'It is wrong or has run out. The wall asks for a new one.',
  },
  LIVE_VIEWERS_FULL: {
    title: 'Too many viewers',
    advice: 'This camera has as many viewers as it may have. Close a tile elsewhere.',
  },
  LIVE_VIEWER_SLOW: {
    title: 'Connection too slow',
    advice: 'The connection is too slow for this stream. Choose the sub stream.',
  },
  TRANSCODE_BUSY: {
    title: 'Too many conversions',
    advice:
      'The server converts as many H.265 streams as it can. Close a tile, use a browser with H.265, or set the camera to H.264.',
  },

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
  TERMINAL_OFFLINE: { title: 'Terminal offline', advice: 'Check its power and network.' },
  INGEST_OVERLOADED: {
    title: 'Messages pile up',
    advice: 'Terminals send faster than the database can store. Messages wait in the broker; check the database.',
  },
  FORECAST_UNKNOWN: {
    title: 'Too little is known to forecast',
    advice: 'Too little is known of this hall to say what will be. See what is missing, and ask again later.',
  },
  FORECAST_BUSY: {
    title: 'Too many questions at once',
    advice: 'Too many questions about what would be are waiting. Ask again in a moment.',
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
