import { useI18n } from 'vue-i18n';
import type { SceneCell, SceneTile } from '#contract/scenes.ts';
import { useLive } from '../../api/live.ts';
import { useName } from '../../features/admin/names.ts';
import { useInHall } from '../in-hall.ts';
import { isOverHalls } from './halls.ts';
import { useRegions } from './use-regions.ts';

/** Gives the function that names what a tile of a scene shows, in the language of the page. */
export function useTileName(cells: () => readonly SceneCell[]): (tile: SceneTile | undefined) => string {
  const { t } = useI18n();
  const live = useLive();
  const nameOf = useName();
  const regions = useRegions();

  const hallName = (hallId: string) => {
    const hall = live.halls.get(hallId);
    return hall ? nameOf(hall.name) : hallId;
  };
  const inHall = useInHall();
  const within = (hallId: string | undefined, name: string) =>
    isOverHalls(cells(), live.cameras) ? inHall(name, hallId) : name;
  return (tile) => {
    if (!tile) return t('scene.kinds.empty');
    switch (tile.kind) {
      case 'camera': {
        const camera = live.cameras.get(tile.cameraId);
        return within(camera?.hallId, camera?.name ?? tile.cameraId);
      }
      case 'window': {
        const window = live.halls.get(tile.hallId)?.windows.find(({ id }) => id === tile.windowId);
        return within(tile.hallId, t('wall.windows.number', { label: window?.label ?? tile.windowId }));
      }
      case 'queue': {
        const queue = live.halls.get(tile.hallId)?.queues.find(({ id }) => id === tile.queueId);
        return within(tile.hallId, queue ? nameOf(queue.name) : tile.queueId);
      }
      case 'plan':
        return `${t('scene.kinds.plan')} ${hallName(tile.hallId)}`;
      case 'figure':
        return `${hallName(tile.hallId)} ${t(`scene.figures.${tile.figure}`)}`;
      case 'alerts':
      case 'overview': {
        const region = regions.list.find(({ id }) => id === tile.regionId);
        const of = region ? nameOf(region.name) : (tile.regionId ?? '');
        return `${t(`scene.kinds.${tile.kind}`)} ${of}`.trim();
      }
      case 'text':
        return tile.text;
      default:
        return t(`scene.kinds.${tile.kind}`);
    }
  };
}
