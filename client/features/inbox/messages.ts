import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    inbox: {
      title: '待办',
      intro: '等待您处理的事项，最先到期的在前。',
      none: '没有待办事项',
      noneAdvice: '需要您处理的牌、督办、投诉和差评会显示在这里。',
      todo: '要做什么',
      what: '类别',
      due: '期限',
      since: '开始',
      points: { decide: '审理考核申诉' },
      announcement: { read: '阅读通知' },
      card: {
        read: '阅读告知',
        issue: '签发或取消',
        feedback: '反馈整改',
        accept: '审核反馈',
        'reject-appeal': '审理申诉',
        'confirm-revoke': '确认撤牌',
      },
    },
  },
  en: {
    inbox: {
      title: 'To do',
      intro: 'What waits for you, the first to be owed first.',
      none: 'Nothing waits for you',
      noneAdvice: 'Cards, orders, complaints and reviews that need you come here.',
      todo: 'To do',
      what: 'What',
      due: 'By',
      since: 'Since',
      points: { decide: 'Decide an appeal against points' },
      announcement: { read: 'Read the announcement' },
      card: {
        read: 'Read the notice',
        issue: 'Issue or cancel',
        feedback: 'Give feedback',
        accept: 'Review the feedback',
        'reject-appeal': 'Decide the appeal',
        'confirm-revoke': 'Agree to revoke',
      },
    },
  },
};
