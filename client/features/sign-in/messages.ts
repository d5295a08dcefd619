import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    signIn: {
      title: '登录',
      username: '用户名',
      password: '密码',
      code: '身份验证器上的验证码，或恢复码',
      enter: '登录',
      passkey: '用通行密钥登录',
    },
  },
  en: {
    signIn: {
      title: 'Sign in',
      username: 'User name',
      password: 'Password',
      code: 'Code of your authenticator, or a recovery code',
      enter: 'Sign in',
      passkey: 'Sign in with a passkey',
    },
  },
};
