/** What TypeScript's DOM library does not know yet. */

/** Chromium: https://w3c.github.io/mediacapture-transform/ in its first form, offered in the page. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** The same specification as it stands now, offered in workers; its track can be transferred. */
declare class VideoTrackGenerator {
  readonly writable: WritableStream<VideoFrame>;
  readonly track: MediaStreamTrack & Transferable;
}

/** Media Source Extensions 2: the only kind that iPhones have. */
declare const ManagedMediaSource: typeof MediaSource | undefined;
