import type { AreaMessages } from '../../../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    footageTickets: {
      intro: '按票号查看办理过程的录像，从叫号到办结。日期为所播放的那一天。',
      hall: '大厅',
      number: '票号',
      find: '查找',
      none: '{day} 没有此票号的叫号记录，或没有摄像机照到其窗口。',
      open: '{from} 起',
    },
  },
  en: {
    footageTickets: {
      intro: 'What was seen of a ticket from its call to its end, on the day that plays.',
      hall: 'Hall',
      number: 'Ticket number',
      find: 'Find',
      none: 'No such ticket was called on {day}, or no camera sees its window.',
      open: 'since {from}',
    },
  },
};
