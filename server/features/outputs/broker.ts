import type { MqttSettings } from '#contract/outputs.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Publish, Way } from './ports.ts';

/** A message on the broker that terminals use, QoS 1, not retained: what is over shall not be told to who comes later. */
export function brokerWay(publish: Publish): Way<MqttSettings> {
  return async ({ id, content }, { topic }) => {
    const { regionId, hallId } = content.data as { regionId?: string | null; hallId?: string | null };
    const where = topic.replace('{region}', regionId ?? 'house').replace('{hall}', hallId ?? 'house');
    try {
      await publish(where, JSON.stringify({ id, title: content.title, text: content.text, ...content.data }));
    } catch (error) {
      throw new AppError('OUTPUT_UNREACHABLE', messageOf(error), { cause: error });
    }
  };
}
