import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    setup: {
      title: '首次使用：建立管理员',
      intro: '系统还没有账号。请用服务器控制台上显示的初始化口令建立首位管理员，然后依次添加大厅、摄像机和终端。',
      code: '初始化口令',
      codeHint: '启动 Hallwatch 的终端窗口或其日志中会显示，只能使用一次。',
      displayName: '显示名称',
      displayNameHint: '值守人员在确认预警时看到的名字，例如“张敏”。',
      passwordHint: '至少 10 个字符；长比复杂更有用。',
      passwordAgain: '再次输入密码',
      create: '建立管理员',
      toSignIn: '前往登录',
    },
  },
  en: {
    setup: {
      title: 'First run: the administrator',
      intro:
        'There is no account yet. Create the first administrator with the setup code from the console of the server; then add halls, cameras and terminals.',
      code: 'Setup code',
      codeHint: 'Printed in the terminal where Hallwatch was started, or in its log. It works once.',
      displayName: 'Display name',
      displayNameHint: 'The name others see beside what you acknowledge, e.g. "Zhang Min".',
      passwordHint: 'At least 10 characters; length counts more than symbols.',
      passwordAgain: 'Password again',
      create: 'Create the administrator',
      toSignIn: 'Go to the sign-in page',
    },
  },
};
