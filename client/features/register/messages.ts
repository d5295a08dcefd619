import type { AreaMessages } from '../../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    register: {
      title: '申请账号',
      intro: '由您所在地区的管理员审核后开通。',
      username: '用户名',
      displayName: '姓名',
      password: '密码',
      regionCode: '所在地区行政区划代码',
      regionHint: '6 至 12 位数字，例如 330100',
      note: '单位与用途',
      ask: '提交申请',
      done: '申请已提交。审核通过后，即可用该用户名和密码登录。',
      back: '返回登录',
      link: '申请账号',
      waiting: '待审核的账号申请',
      when: '申请时间',
      admit: '审核通过',
      decline: '拒绝',
    },
  },
  en: {
    register: {
      title: 'Request an account',
      intro: 'An administrator of the region where you work decides.',
      username: 'User name',
      displayName: 'Your name',
      password: 'Password',
      regionCode: 'Code of the region where you work',
      regionHint: '6 to 12 digits, such as 330100',
      note: 'Who you are and what you need it for',
      ask: 'Send request',
      done: 'The request was sent. Once you are admitted, sign in with this name and password.',
      back: 'Back to sign-in',
      link: 'Request an account',
      waiting: 'Requests for an account',
      when: 'Requested',
      admit: 'Admit',
      decline: 'Decline',
    },
  },
};
