/** What a decoder must know (contract/live.ts, `config`). */
export interface StreamConfig {
  codec: string;
  /** avcC or hvcC box content, base64. */
  description: string;
  width: number;
  height: number;
}

/**
 * The little that a worker needs of the gateway's words. The page checks every message against its schema; here a few
 * `typeof` do, because starting each worker with a schema library costs more than joining a stream.
 */
export function readText(text: string): { config: StreamConfig | null; stateOf: string | null } {
  const message = JSON.parse(text) as Record<string, unknown>;
  const { type, status, codec, description, width, height } = message;
  const isConfig = type === 'config' && typeof codec === 'string' && typeof description === 'string';
  const sized = typeof width === 'number' && typeof height === 'number';
  return {
    config: isConfig ? { codec, description, width: sized ? width : 0, height: sized ? height : 0 } : null,
    stateOf: type === 'state' && typeof status === 'string' ? status : null,
  };
}
