import { Training } from '#contract/training.ts';
import type { App } from '../../http/app-type.ts';
import type { TrainingService } from './service.ts';

/** REST of training: the exercises of whoever asks. */
export function trainingRoutes(app: App, { training }: { training: TrainingService }): void {
  app.get(
    '/api/training',
    {
      config: { session: true },
      schema: {
        tags: ['training'],
        summary: 'Exercises in the demo hall, and which are done',
        response: { 200: Training },
      },
    },
    ({ rights, account }) => training.of(rights, account!.username),
  );
}
