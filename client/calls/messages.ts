import type { AreaMessages } from '../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    calls: {
      title: '预警声音与通知',
      sound: {
        on: '预警声音已开启',
        off: '预警声音已关闭',
        blocked: '浏览器暂不允许发声：点击或按任意键后启用',
      },
      blockedShort: '待启用',
      hear: '预警时发声',
      volume: '音量',
      try: '试听',
      notify: '页面不在前台时，由浏览器弹出通知',
      denied: '浏览器已禁止本站通知，请在浏览器的网站设置中允许。',
      help: '提醒响一次；黄牌、红牌在有人确认之前每 60 秒、15 秒再响一次。设置保存在本机。',
    },
  },
  en: {
    calls: {
      title: 'Sound and notifications of alerts',
      sound: {
        on: 'Alerts are heard',
        off: 'Alerts are not heard',
        blocked: 'The browser lets nothing sound yet: click or press any key',
      },
      blockedShort: 'No sound yet',
      hear: 'Alerts are heard',
      volume: 'Volume',
      try: 'Try',
      notify: 'The browser notifies while the page is not in front',
      denied: 'The browser forbids notifications of this site: allow them in its settings for the site.',
      help: 'A reminder sounds once; until somebody acknowledges, yellow cards sound again every 60 s and red ones every 15 s. Kept on this machine.',
    },
  },
};
