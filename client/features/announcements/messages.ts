import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    announcements: {
      title: '通知',
      intro: '上级发布的通知；阅后请点“已阅”。发布方可以看到谁已阅、谁未阅。',
      none: '没有通知',
      noneAdvice: '上级发布的通知会显示在这里，也会出现在待办中。',
      add: '发布通知',
      send: '发布',
      to: '发给',
      everybody: '所有人',
      text: '内容',
      read: '已阅',
      readAt: '{time} 已阅',
      unread: '未阅',
      receipts: '已阅 {n} / {all}',
    },
  },
  en: {
    announcements: {
      title: 'Announcements',
      intro: 'What offices above tell. Say that you have read it; who told it sees who has and who has not.',
      none: 'Nothing is announced',
      noneAdvice: 'What offices above tell comes here, and to your inbox.',
      add: 'Announce',
      send: 'Announce',
      to: 'To',
      everybody: 'Everybody',
      text: 'Text',
      read: 'I have read it',
      readAt: 'read {time}',
      unread: 'not yet',
      receipts: 'Read by {n} of {all}',
    },
  },
};
