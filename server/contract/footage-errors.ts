/** Errors about footage, where it is kept, and live pictures: a part of the catalogue in errors.ts. */
export const footageErrors = {
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
} as const satisfies Record<string, { status: number; advice: string }>;
