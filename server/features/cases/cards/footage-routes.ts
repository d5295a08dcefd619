import { z } from 'zod';
import { CardFootage } from '#contract/cards.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../../http/app-type.ts';
import { mayWithCamera } from '../../../http/scope.ts';
import type { CardFootageKeeper } from './card-footage.ts';

/** REST of what cameras saw of what a card is about. */
export function cardFootageRoutes(app: App, { cardFootage }: { cardFootage: Pick<CardFootageKeeper, 'of'> }): void {
  app.get(
    '/api/cards/:id/footage',
    {
      config: { needs: 'case.view', of: 'card' },
      schema: {
        tags: ['cards'],
        summary: 'Footage of the visit that a card is about, with the hashes of its files',
        params: z.object({ id: Ulid }),
        response: { 200: z.array(CardFootage) },
      },
    },
    async (request) => {
      const all = await cardFootage.of(request.params.id);
      return all.filter(({ cameraId }) => mayWithCamera(request, 'footage.view', cameraId));
    },
  );
}
