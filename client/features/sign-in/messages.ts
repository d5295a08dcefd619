import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': { signIn: { title: '登录', username: '用户名', password: '密码', enter: '登录' } },
  en: { signIn: { title: 'Sign in', username: 'User name', password: 'Password', enter: 'Sign in' } },
};
