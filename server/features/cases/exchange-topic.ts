import type { z } from 'zod';
import {
  ExchangeBatch,
  ExchangeMessage,
  exchangeTopic,
  sourceOfTopic,
  type ExchangeAnswer,
} from '#contract/exchange.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { Exchange } from './exchange.ts';

export interface ExchangeTopicDeps {
  exchange: Pick<Exchange, 'verify' | 'take'>;
  log: Logger;
}

/** Sends to who handed the batch over, as far as the broker lets us. */
type Answer = (topic: string, payload: string) => Promise<void>;

/**
 * Cases over MQTT: a batch with its signature in, its receipt out. The message is acknowledged when its rows are stored;
 * whoever hears no receipt sends the same again, which changes nothing.
 */
export class ExchangeTopic {
  readonly #deps: ExchangeTopicDeps;

  constructor(deps: ExchangeTopicDeps) {
    this.#deps = deps;
  }

  /** Whether the message was one of the exchange. Rejects where it could not be stored and has to come again. */
  async receive(topic: string, payload: Buffer, answer: Answer): Promise<boolean> {
    const found = sourceOfTopic(topic);
    if (found === null) return false;
    // our own receipts come back to us over a broker that we subscribe to whole
    if (found.channel === 'cases')
      await this.#answer(answer, found.sourceId, await this.#take(found.sourceId, payload));
    return true;
  }

  async #take(sourceId: string, payload: Buffer): Promise<ExchangeAnswer> {
    const message = ExchangeMessage.safeParse(jsonOf(payload.toString()));
    if (!message.success) return { rid: null, ok: false, code: 'PAYLOAD_INVALID', detail: wrongIn(message.error) };
    const { rid, signature, body } = message.data;
    try {
      const bytes = Buffer.from(body);
      const source = await this.#deps.exchange.verify(sourceId, signature, bytes);
      const batch = ExchangeBatch.safeParse(jsonOf(body));
      if (!batch.success) return { rid, ok: false, code: 'PAYLOAD_INVALID', detail: wrongIn(batch.error) };
      return { rid, ok: true, receipt: await this.#deps.exchange.take(source, batch.data.cases, bytes) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { rid, ok: false, code: error.code, detail: '' };
    }
  }

  async #answer(answer: Answer, sourceId: string, said: ExchangeAnswer): Promise<void> {
    try {
      await answer(exchangeTopic(sourceId, 'receipt'), JSON.stringify(said));
    } catch (error) {
      this.#deps.log.warn({ sourceId, reason: messageOf(error) }, 'receipt not published: the batch will come again');
    }
  }
}

/** Null: none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wrongIn(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`)
    .join('; ')
    .slice(0, 500);
}
