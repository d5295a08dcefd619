import { z } from 'zod';
import { MAX_PAYLOAD_BYTES, TerminalAddress, TerminalChannel, topicOf, userOf } from '#contract/mqtt.ts';
import type { Admission, RejectedMessage } from '#contract/terminal-message.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';

export interface WebhookPorts {
  access: { admit(user: string | undefined, password: Buffer | undefined): Admission };
  /** Takes a message as if it had come over MQTT. Resolves when it is stored, with why where it could not be used. */
  deliver(topic: string, payload: Buffer): Promise<RejectedMessage | null>;
}

const params = z.object({
  ...TerminalAddress.shape,
  // Commands go the other way.
  channel: TerminalChannel.exclude(['cmd']),
});
const BASIC = /^basic\s+([a-z0-9+/=]+)$/i;

/**
 * The terminal contract over HTTP, for devices that cannot hold a connection: the topic is the address, the payload the
 * body, 204 the PUBACK. The device names itself and gives its key by HTTP Basic (RFC 7617), in every mode of access.
 */
export function webhookRoutes(app: App, { webhook }: { webhook: WebhookPorts }): void {
  // In a room of its own: here alone a body is kept as the bytes that were sent.
  void app.register(async (room: App) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    room.post(
      '/api/devices/:region/:hall/:kind/:device/:channel',
      {
        config: { public: true },
        // What is somewhat too large is kept as a dead letter, as over MQTT.
        bodyLimit: 4 * MAX_PAYLOAD_BYTES,
        schema: {
          ...{ tags: ['terminals'], params, response: { 204: z.undefined() } },
          summary: 'A message of a terminal, by HTTP Basic with its user and key; 204 when it is stored',
        },
      },
      async ({ params: { channel, ...address }, headers, body }, reply) => {
        const [user, password] = accountIn(headers.authorization);
        const admission = user === userOf(address) ? webhook.access.admit(user, password) : null;
        if (admission?.as !== 'device') throw new AppError('TERMINAL_KEY_WRONG', userOf(address));
        const payload = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
        const rejected = await webhook.deliver(topicOf(address, channel), payload);
        if (rejected) throw new AppError(rejected.code, rejected.detail);
        return reply.code(204).send();
      },
    );
  });
}

function accountIn(header: string | undefined): [user: string | undefined, password: Buffer | undefined] {
  const account = Buffer.from(BASIC.exec(header ?? '')?.[1] ?? '', 'base64');
  const colon = account.indexOf(':');
  return colon < 0 ? [undefined, undefined] : [account.toString('utf8', 0, colon), account.subarray(colon + 1)];
}
