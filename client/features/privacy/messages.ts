import type { AreaMessages } from '../../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    privacy: {
      title: '用途说明与遮挡',
      purpose: '向观看者说明的用途',
      purposeOf: '用途：{purpose}',
      purposes: {
        window: '窗口服务质量与纠纷核查',
        'public-area': '公共区域秩序与安全',
        'back-office': '后台办理秩序与安全',
      },
      covered: '部分遮挡',
      masksHelp:
        '在画面上拖动以画出遮挡区域。无“查看遮挡内容”权限的人，实时画面、录像、截图均由服务器涂黑后送出，不能导出。云台摄像机转动后遮挡不随之移动。',
      takeLast: '去掉最后一个',
      count: '遮挡区域 {count} 个',
    },
    staffNotice: {
      title: '工作人员告知书',
      text: '告知内容',
      help: '告知工作人员：何处有摄像机、为何而设、谁能看、保存多久、看了会留下记录，以及他们的权利。发布新版本后，每个人下次使用时须重新确认。',
      publish: '发布新版本',
      acknowledge: '我已阅读',
      version: '版本',
      publishedAt: '发布时间',
      publishedBy: '发布人',
      acknowledged: '已确认人数',
    },
  },
  en: {
    privacy: {
      title: 'Purpose and masks',
      purpose: 'Why it watches, as viewers are told',
      purposeOf: 'Purpose: {purpose}',
      purposes: {
        window: 'Service at the window, and settling disputes',
        'public-area': 'Order and safety of the public area',
        'back-office': 'Order and safety of the back office',
      },
      covered: 'partly masked',
      masksHelp:
        'Drag over the picture to draw a mask. Whoever may not lift masks gets live pictures, footage and snapshots with them blacked out by the server, and no exports. A mask does not follow a camera that turns.',
      takeLast: 'Take the last one away',
      count: '{count} masks',
    },
    staffNotice: {
      title: 'Notice to staff',
      text: 'Text',
      help: 'Tell those who work here where cameras are, why, who may watch them, how long pictures stay, that watching leaves a trace, and what their rights are. Everybody acknowledges a new version before he goes on.',
      publish: 'Publish a new version',
      acknowledge: 'I have read it',
      version: 'Version',
      publishedAt: 'Published',
      publishedBy: 'By',
      acknowledged: 'Acknowledged by',
    },
  },
};
