/** node-media-server has no types; these are the parts that we touch. */
declare module 'node-media-server' {
  import type { Server, Socket } from 'node:net';

  class NodeMediaServer {
    constructor(config: object);
    readonly httpServer: { run(): void; readonly httpServer: Server };
    readonly rtmpServer: { run(): void; readonly tcpServer: Server };
    on(event: 'prePublish' | 'postPublish' | 'donePublish' | 'prePlay', listener: (session: Session) => void): void;
  }
  export default NodeMediaServer;

  interface Broadcast {
    publisher: Session | null;
    publishGraceMs: number;
    donePublish(session: Session): void;
  }

  /** One connection; for RTMP with its socket. */
  export interface Session {
    readonly protocol: 'rtmp' | 'flv';
    readonly ip: string;
    readonly streamPath: string;
    readonly streamName: string;
    readonly streamQuery: Record<string, unknown>;
    readonly broadcast: Broadcast;
    readonly socket?: Socket;
    readonly rtmp?: { onConnectCallback: (request: unknown) => void; onPacketCallback: (packet: unknown) => void };
  }
}

declare module 'node-media-server/src/core/context.js' {
  import type { Session } from 'node-media-server';

  const Context: { config: Record<string, unknown>; readonly sessions: Map<string, Session> };
  export default Context;
}
