import type { AreaMessages } from '../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    severity: { blue: '提醒', yellow: '黄牌', red: '红牌' },
    shell: {
      nav: { label: '主导航', wall: '监控墙', map: '地图', desk: '工作台', footage: '录像', admin: '管理' },
      admin: {
        label: '管理',
        halls: '大厅',
        cameras: '摄像机',
        terminals: '终端',
        calendar: '日历',
        storage: '录像存储',
        coverage: '录像完整率',
        rules: '预警规则',
      },
      language: '语言',
      link: { off: '未连接', connecting: '正在连接', open: '已连接', lost: '连接中断，自 {since} 起' },
      account: {
        menu: '账号',
        signOut: '退出登录',
        size: '显示大小',
        sizes: { near: '控制台', standard: '标准', far: '远距离' },
        role: {
          administrator: '管理员',
          supervisor: '监察员',
          'hall-manager': '大厅主任',
          investigator: '调查员',
          approver: '审批人',
          auditor: '审计员',
        },
      },
      unreachable: { retry: '重试' },
    },
  },
  en: {
    severity: { blue: 'Reminder', yellow: 'Yellow card', red: 'Red card' },
    shell: {
      nav: { label: 'Main', wall: 'Wall', map: 'Map', desk: 'Desk', footage: 'Footage', admin: 'Admin' },
      admin: {
        label: 'Administration',
        halls: 'Halls',
        cameras: 'Cameras',
        terminals: 'Terminals',
        calendar: 'Calendar',
        storage: 'Storage',
        coverage: 'Coverage',
        rules: 'Alert rules',
      },
      language: 'Language',
      link: {
        off: 'Not connected',
        connecting: 'Connecting',
        open: 'Connected',
        lost: 'Connection lost since {since}',
      },
      account: {
        menu: 'Account',
        signOut: 'Sign out',
        size: 'Display size',
        sizes: { near: 'Console', standard: 'Standard', far: 'Far' },
        role: {
          administrator: 'Administrator',
          supervisor: 'Supervisor',
          'hall-manager': 'Hall manager',
          investigator: 'Investigator',
          approver: 'Approver',
          auditor: 'Auditor',
        },
      },
      unreachable: { retry: 'Try again' },
    },
  },
};
