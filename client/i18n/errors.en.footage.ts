import type { footageErrors } from '#contract/footage-errors.ts';
import type { ErrorTexts } from './error-texts.ts';

/** Of errors about footage, where it is kept, and live pictures. */
export const enFootage: Pick<ErrorTexts, keyof typeof footageErrors> = {
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
};
