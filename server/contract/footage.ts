import { z } from 'zod';
import { ProfileRole, VideoCodec } from './cameras.ts';
import { ErrorCode } from './errors.ts';
import { CameraId, HallId, Instant, Ulid } from './ids.ts';
import { MaskRegion } from './privacy.ts';
import { Reason } from './viewing.ts';

/** When a camera is recorded. `on-alert`: from some seconds before an alert of what it sees until some after its end. */
export const RecordingMode = z.enum(['off', 'continuous', 'opening-hours', 'on-alert']);
export type RecordingMode = z.infer<typeof RecordingMode>;

/** How one camera is recorded and how long that stays. */
export const RecordingPlan = z.object({
  mode: RecordingMode,
  role: ProfileRole.default('main'),
  /** Seconds before an alert that are kept in memory for it; `on-alert` alone uses them. */
  preRollSec: z.number().int().min(0).max(60).default(10),
  postRollSec: z.number().int().min(0).max(600).default(20),
  /** Days; null: as the rule of the camera's purpose says. */
  minDays: z.number().int().min(0).max(3650).nullable().default(null),
  maxDays: z.number().int().min(1).max(3650).nullable().default(null),
});
export type RecordingPlan = z.infer<typeof RecordingPlan>;
export type RecordingPlanInput = z.input<typeof RecordingPlan>;

/** Why there is no footage. */
export const GapCause = z.enum([
  /** The mode of the camera was `off`. */
  'not-planned',
  /** Outside opening hours, or no alert. */
  'schedule',
  /** The camera was switched off here. */
  'camera-disabled',
  /** Pictures stopped coming: the camera or the network between. */
  'camera-lost',
  /** The camera refused us, or sends what cannot be recorded; `detail` is the code. */
  'camera-refused',
  /** There was no room. */
  'disk-full',
  /** Only protected footage was left, and recording stopped rather than deleting it. */
  'protected-full',
  /** The volume was away, read-only, too slow or failed. */
  'disk-failed',
  'server-stopped',
  /** The server's clock was set forward. */
  'clock-set',
  /** Removed by retention. */
  'removed',
  /** The file of a finished segment is gone from its volume, or is not what was recorded. */
  'file-missing',
  'file-damaged',
]);
export type GapCause = z.infer<typeof GapCause>;

/**
 * Why a gap may lie inside a run, and holds there: what was recorded is gone, or a file in the middle was not kept. Others that
 * overlap footage give way to it: one stream was off while the other was recorded, or the clock went back over them.
 */
export const GAPS_WITHIN_RUNS: readonly GapCause[] = ['removed', 'file-missing', 'file-damaged', 'disk-failed'];

export const SegmentEnd = z.enum(['full', 'format-changed', 'lost', 'stopped', 'disk', 'clock', 'crash']);
export type SegmentEnd = z.infer<typeof SegmentEnd>;

/** What a camera's recorder does now. */
export const RecordingState = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  mode: RecordingMode,
  /** `waiting`: planned, nothing to record now (schedule, no alert); `failed`: should record and does not. */
  status: z.enum(['off', 'waiting', 'recording', 'failed']),
  /** Why it does not record; null while it does. */
  cause: GapCause.nullable(),
  code: ErrorCode.nullable(),
  since: Instant,
  /** Pictures and bytes a second over the last segment; null before there is one. */
  fps: z.number().nullable(),
  bytesPerSec: z.number().nullable(),
});
export type RecordingState = z.infer<typeof RecordingState>;

/** `POST /api/recordings/reconcile`: compares files and rows of what was recorded since then; without it, of the last day. */
export const ReconcileInput = z.object({ since: Instant.optional() });

/** What was found, and done about it. Nothing is deleted. */
export const ReconcileAnswer = z.object({
  /** Files that broke off: cut to what is whole and finished. */
  repaired: z.number().int(),
  /** Whole files without a row, which they have now. */
  adopted: z.number().int(),
  /** Rows whose file is gone, is there again, or has another size. */
  missing: z.number().int(),
  regained: z.number().int(),
  damaged: z.number().int(),
  /** Files that hold nothing whole, or are none of ours: volume and name, the first hundred. */
  unknown: z.array(z.string()),
});
export type ReconcileAnswer = z.infer<typeof ReconcileAnswer>;

/** One file of footage as a player needs to know it. */
export const FootageSegment = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  run: Ulid,
  /** In its run, from 0 without a hole: the next number follows without a missing picture. */
  number: z.number().int().nonnegative(),
  startedAt: Instant,
  endedAt: Instant,
  bytes: z.number().int().nonnegative(),
  frames: z.number().int().nonnegative(),
  /** Of the initialisation segment at the head of the file; the same bytes all through a run. */
  initBytes: z.number().int().nonnegative(),
  /** Decode time of its first picture, 1/90000 s since the first picture of its run. */
  startTicks: z.number().int().nonnegative(),
  /** False: it is being written, and grows. */
  finished: z.boolean(),
});
export type FootageSegment = z.infer<typeof FootageSegment>;

/** What a run of segments holds, for a player to prepare its decoder. */
export const FootageRun = z.object({
  id: Ulid,
  /** RFC 6381 for `MediaSource.isTypeSupported`, video and sound: `video/mp4; codecs="avc1.4d401f,mp4a.40.2"`. */
  mimeType: z.string(),
  codec: VideoCodec,
  width: z.number().int(),
  height: z.number().int(),
  fps: z.number().nullable(),
  sound: z.string().nullable(),
  /** Parts of it are covered for whoever asks: the server converts it for him, whatever he decodes. */
  covered: z.boolean().default(false),
});
export type FootageRun = z.infer<typeof FootageRun>;

const Span = z.object({ from: Instant, until: Instant });

/** `GET /api/footage/:cameraId/segments`: files that hold any of the span, oldest first, at most 1000, and their runs. */
export const SegmentsQuery = Span;
export const SegmentsAnswer = z.object({
  segments: z.array(FootageSegment),
  runs: z.array(FootageRun),
  /** There are more behind the last one. */
  more: z.boolean(),
  /** Behind it, what is not told of may still be on its way to disk and rows. */
  knownUntil: Instant,
});
export type SegmentsAnswer = z.infer<typeof SegmentsAnswer>;

/**
 * `GET /api/footage/:cameraId/segments/:run/:number`: the file, with ranges. `keys`: instead of it, its head and then each
 * key picture as a fragment that lasts until the next one or the end of the file, for playing faster than a line or a decoder
 * would follow. A segment that grows is answered as it stands.
 */
export const SegmentFileQuery = z.object({
  only: z.literal('keys').optional(),
  /** Made into H.264 for who does not decode H.265, at its own times, G.711 into FLAC: no ranges. */
  as: z.literal('h264').optional(),
  /** Where pictures are made anew, from the key picture before this instant on: who looks for a moment does not wait for what is before. */
  from: Instant.optional(),
  /** Decode times that are so much later, ms: for runs that are played one behind the other. */
  later: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 * 86_400_000)
    .optional(),
  token: z.string().max(1024).optional(),
});

/** `POST /api/footage/:cameraId/token`: for players that have no session. `until` may lie ahead, to follow what is recorded. */
export const FootageTokenInput = Span;
export const FootageToken = z.object({
  token: z.string(),
  /** Long enough to play the span once. */
  expiresAt: Instant,
  /** The address of the playlist with the token in it, from `/api` on. */
  playlist: z.string(),
});
export type FootageToken = z.infer<typeof FootageToken>;

/** `GET /api/footage/:cameraId/playlist.m3u8`: at most a day; with a session, or with a token that covers the span. */
export const PlaylistQuery = Span.extend({ token: z.string().max(1024).optional() });

/** `GET /api/footage/:cameraId/preview.jpg`. The answer's `x-taken-at` says when the picture was taken. */
export const PreviewQuery = z.object({
  at: Instant,
  /** At most so wide; rounded up to 160, 320, 640, 1280 or 1920. */
  width: z.coerce.number().int().min(1).max(1920).default(320),
});
/** `GET /api/footage/:cameraId/snapshot.jpg`. `x-burnt-in: false`: this ffmpeg writes no letters, so draw the time yourself. */
export const SnapshotQuery = z.object({ at: Instant });

/** `GET /api/footage/timeline`: at most 100 cameras, at most 92 days. */
export const TimelineQuery = Span.extend({
  /** Ids with commas between them; or a hall: all of its cameras. */
  cameras: z.string().optional(),
  hallId: HallId.optional(),
  /**
   * Spans shorter than this are joined to what is beside them, ms: what a pixel stands for. Of moments of one kind that are
   * nearer to each other, the first is told. Tickets and states of windows are told up to 60,000 ms and
   * for 16 cameras, motion up to 30,000 ms.
   */
  resolutionMs: z.coerce.number().int().min(0).default(0),
  /** The number of a ticket: of marks only where it was called and served, at any resolution, for as many cameras as are asked for. */
  ticket: z.string().trim().min(1).max(32).optional(),
});
export type TimelineQuery = z.input<typeof TimelineQuery>;

export const TimelineGap = Span.extend({ cause: GapCause, detail: z.string().nullable() });
export type TimelineGap = z.infer<typeof TimelineGap>;

/** A point or span that something happened in: what is drawn above the footage. */
export const TimelineMark = z.object({
  kind: z.enum(['alert', 'ticket', 'window', 'camera-event', 'picture-fault', 'bookmark']),
  id: z.string(),
  from: Instant,
  /** Null: a moment, or still lasting. */
  until: Instant.nullable(),
  /** Alert: its rule kind; ticket: its number; window: its state; bookmark: its note. */
  label: z.string(),
  severity: z.enum(['blue', 'yellow', 'red']).nullable(),
});
export type TimelineMark = z.infer<typeof TimelineMark>;

/** What each part that has marks is asked: those of these cameras that touch the span. */
export interface MarkRequest {
  cameras: readonly { id: string; hallId: string; windowIds: readonly string[] }[];
  from: string;
  until: string;
  resolutionMs: number;
  /** Only those of the ticket with this number; null: all. */
  ticket: string | null;
}
export type CameraMark = TimelineMark & { cameraId: string };
/** At most this many answer one such question, the latest. */
export const MOST_MARKS = 5000;

export const CameraTimeline = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  /** Ascending, disjoint; together they cover the span since the recording was first planned. */
  footage: z.array(Span.extend({ held: z.boolean() })),
  gaps: z.array(TimelineGap),
  marks: z.array(TimelineMark),
});
export type CameraTimeline = z.infer<typeof CameraTimeline>;

export const TimelineAnswer = z.object({ cameras: z.array(CameraTimeline) });
export type TimelineAnswer = z.infer<typeof TimelineAnswer>;

export const Bookmark = z.object({
  id: Ulid,
  cameraId: CameraId,
  at: Instant,
  note: z.string(),
  createdBy: z.string(),
  createdAt: Instant,
});
export type Bookmark = z.infer<typeof Bookmark>;
export const BookmarkInput = z.object({ cameraId: CameraId, at: Instant, note: z.string().trim().min(1).max(500) });
export type BookmarkInput = z.infer<typeof BookmarkInput>;
/** `GET /api/footage/bookmarks`: an array of `Bookmark`, by time. Ids of cameras with commas between them; none: of all. */
export const BookmarksQuery = Span.partial().extend({ cameras: z.string().optional() });

/**
 * A span of some cameras as MP4 files without re-encoding: one a camera, and another after a gap of more than a minute or a
 * change of format. Over a shorter gap the picture before it stands, so that time in the file goes as on the wall.
 */
export const ExportInput = Span.extend({
  cameraIds: z.array(CameraId).min(1).max(16),
  /**
   * Begin with the first picture at or after `from`, by an edit list: nothing is encoded anew, and the pictures since the key
   * picture before it stay in the file unseen. Otherwise it begins with that key picture. The end is always exact.
   */
  exact: z.boolean().default(false),
  note: z.string().max(500).default(''),
  /** Why, where the policy asks for it; kept in the audit and in the manifest. */
  reason: Reason.default(''),
});
export type ExportInput = z.input<typeof ExportInput>;

/** Beside the files of each export: what they are, and the signature (Ed25519) of that file under the key of the audit's seals. */
export const MANIFEST = 'manifest.json';
export const MANIFEST_SIGNATURE = 'manifest.json.sig';

/** `GET /api/footage/exports`: an array of `FootageExport`, the latest first, at most 100. */
export const ExportStatus = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);

export const ExportFile = z.object({
  cameraId: CameraId,
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Hex; null until it is whole. */
  sha256: z.string().nullable(),
  from: Instant,
  until: Instant,
  gaps: z.array(TimelineGap),
  /** What is covered in it for good, as whoever asked for it may not see it: such a file was encoded anew. */
  covered: z.array(MaskRegion).default([]),
});
export type ExportFile = z.infer<typeof ExportFile>;

export const FootageExport = Span.extend({
  id: Ulid,
  cameraIds: z.array(CameraId),
  exact: z.boolean(),
  note: z.string(),
  reason: z.string(),
  status: ExportStatus,
  /** 0..1 by bytes. */
  progress: z.number(),
  code: ErrorCode.nullable(),
  files: z.array(ExportFile),
  requestedBy: z.string(),
  requestedAt: Instant,
  finishedAt: Instant.nullable(),
});
export type FootageExport = z.infer<typeof FootageExport>;
