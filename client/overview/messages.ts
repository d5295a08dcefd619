import type { AreaMessages } from '../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    overview: {
      title: '总览',
      label: '各地各大厅',
      path: '所在区划',
      all: '全部',
      halls: '{n} 个大厅',
      unknown: '{n} 个大厅情况不明',
      unseen: '处无人看见',
      layer: '图层',
      layers: { figures: '运行', blind: '盲区' },
      keys: { move: '在各格之间移动', down: '进入所选区划或大厅', up: '返回上一级', layer: '切换运行与盲区' },
    },
  },
  en: {
    overview: {
      title: 'Overview',
      label: 'Regions and halls',
      path: 'Where you are',
      all: 'Everything',
      halls: '{n} hall | {n} halls',
      unknown: '{n} hall unknown | {n} halls unknown',
      unseen: 'blind spots',
      layer: 'Layer',
      layers: { figures: 'Figures', blind: 'Blind spots' },
      keys: {
        move: 'from tile to tile',
        down: 'into the region or the hall',
        up: 'one level up',
        layer: 'figures or blind spots',
      },
    },
  },
};
