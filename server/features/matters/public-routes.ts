import { z } from 'zod';
import { matterLives } from '#contract/matter-kinds.ts';
import {
  PublicHall,
  PublicMatter,
  RatingInput,
  TrackMade,
  TrackNumber,
  VoiceInput,
  type Matter,
  type MatterAct,
} from '#contract/matters.ts';
import type { App } from '../../http/app-type.ts';
import type { PlacesPort } from './ports.ts';
import type { MattersService } from './service.ts';

const tags = ['citizens'];
const params = z.object({ number: TrackNumber });
/** What one may say: a person at home does not complain more often, a machine would. */
const saying = { public: true, rateLimit: { max: 5, timeWindow: '10 minutes' } } as const;
/** Sixty bits of a number are not found by asking. */
const asking = { public: true, rateLimit: { max: 30, timeWindow: '1 minute' } } as const;
/** Acts whose words are meant for the citizen. */
const TOLD: readonly MatterAct['act'][] = ['make', 'accept', 'refuse', 'assign', 'reply', 'rate', 'reopen', 'close'];
const WORDS: readonly MatterAct['act'][] = ['refuse', 'reply', 'rate', 'close'];

/** What citizens do without an account: say something, follow it by the number that they were given, rate the reply. */
export function publicMatterRoutes(app: App, { matters, halls }: { matters: MattersService; halls: PlacesPort }): void {
  app.get(
    '/api/public/halls',
    {
      config: asking,
      schema: { tags, summary: 'Halls that one can say something about', response: { 200: z.array(PublicHall) } },
    },
    () => halls.list().map(({ id, name }) => ({ id, name })),
  );
  app.post(
    '/api/public/voices',
    {
      config: saying,
      schema: {
        tags,
        summary: 'A complaint or an enquiry; the answer is the number to follow it by',
        body: VoiceInput,
        response: { 201: TrackMade },
      },
    },
    async ({ body }, reply) => {
      const { number } = await matters.voice(body, null);
      return reply.code(201).send({ number });
    },
  );
  app.get(
    '/api/public/voices/:number',
    {
      config: asking,
      schema: { tags, summary: 'What became of it', params, response: { 200: PublicMatter } },
    },
    async ({ params }) => seenByCitizen(await matters.tracked(params.number)),
  );
  app.post(
    '/api/public/voices/:number/rating',
    {
      config: saying,
      schema: { tags, summary: 'Rates the reply', params, body: RatingInput, response: { 200: PublicMatter } },
    },
    async ({ params, body }) => {
      await matters.rate(params.number, body);
      return seenByCitizen(await matters.tracked(params.number));
    },
  );
}

/** Without the names of those who work on it, and without what they say among themselves. */
function seenByCitizen({ matter, history }: { matter: Matter; history: readonly MatterAct[] }): PublicMatter {
  const { number, kind, state, title, madeAt, dueAt, rating } = matter;
  return {
    ...{ number, kind, state, title, madeAt, dueAt, rating },
    mayRate: rating === null && matterLives[kind].steps.rate!.from.includes(state),
    history: history
      .filter(({ act }) => TOLD.includes(act))
      .map(({ at, act, note }) => ({ at, act, note: WORDS.includes(act) ? note : '' })),
  };
}
