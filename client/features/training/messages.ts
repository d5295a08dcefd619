import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    training: {
      title: '实训',
      intro: '在演示大厅里按步骤练习。真正做过才算完成，可随时中断再来。',
      open: '实训',
      none: '没有练习',
      noneAdvice: '只有演示大厅开放实训；您的权限内也可能没有可练习的内容。',
      done: '已完成 {n} / {all}',
      doneAt: '{time} 完成',
      go: '前往',
      exercises: {
        acknowledge: {
          title: '确认一条预警',
          how: '打开“预警”，选中最上面的一条，看它的窗口和摄像机画面，按“确认”。',
        },
        'read-announcement': { title: '阅读一条通知', how: '打开“通知”，读完后按“已阅”，发布方会看到您的阅读时间。' },
        'issue-card': {
          title: '签发一张牌',
          how: '在“待办”中选“签发或取消”。先看发牌依据和免责检查；发现免责情形时，须写明理由才能签发。',
        },
        'answer-card': { title: '对一张牌反馈整改', how: '在“待办”中选“反馈整改”，写明原因、措施和责任人，按“反馈”。' },
        'give-order': { title: '签发一件督办', how: '在“督办”中新建：选择部门，写明要求，保存草稿，再按“签发”。' },
        'answer-citizen': {
          title: '答复一位群众',
          how: '在“投诉咨询”中打开一件，写明答复；投诉还须先交办并给出认定。',
        },
        'agree-to-revoke': {
          title: '作为第二人确认撤牌',
          how: '请同事对一张已签发的牌提出撤牌，您在该牌页面按“确认撤牌”。提出的人不能自己确认。',
        },
      },
    },
  },
  en: {
    training: {
      title: 'Training',
      intro: 'Practise in the demo hall, step by step. What counts is what was really done; come and go as you like.',
      open: 'Training',
      none: 'No exercises',
      noneAdvice: 'Training is open in a demo alone, and asks of nobody what he may not do.',
      done: '{n} of {all} done',
      doneAt: 'done {time}',
      go: 'Go there',
      exercises: {
        acknowledge: {
          title: 'Acknowledge an alert',
          how: 'Open Alerts, choose the uppermost one, look at its window and camera, and acknowledge it.',
        },
        'read-announcement': {
          title: 'Read an announcement',
          how: 'Open Announcements, read one and say so: the office that told it sees when you did.',
        },
        'issue-card': {
          title: 'Issue a card',
          how: 'In To do choose "Issue or cancel". Look at the proof and at what may excuse it; where something does, say why you issue it all the same.',
        },
        'answer-card': {
          title: 'Give feedback on a card',
          how: 'In To do choose "Give feedback"; write cause, measure and owner, and press Feedback.',
        },
        'give-order': {
          title: 'Issue an order',
          how: 'In Orders begin a new one: choose a department, write what is demanded, save the draft, then issue it.',
        },
        'answer-citizen': {
          title: 'Answer a citizen',
          how: 'In Complaints and enquiries open one and write the reply; a complaint is assigned first, and has a finding.',
        },
        'agree-to-revoke': {
          title: 'Agree to revoke a card, as the second person',
          how: 'Have a colleague ask to revoke an issued card, and agree on its page. Who asked cannot agree himself.',
        },
      },
    },
  },
};
