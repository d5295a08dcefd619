import type { RuleKind } from './alert-rules.ts';
import type { Severity } from './ids.ts';

/** A language of the product. */
export type Tongue = 'zh-CN' | 'en';

/** What each kind of rule is called, on screens and in what is told elsewhere. */
export const ruleNames: Readonly<Record<Tongue, Readonly<Record<RuleKind, string>>>> = {
  'zh-CN': {
    'window-unattended': '窗口离岗',
    'wait-overtime': '等候超时',
    'queue-overflow': '排队拥挤',
    'hall-crowding': '厅内拥挤',
    'idle-with-queue': '有人等候未叫号',
    'pause-overrun': '暂停超时',
    'camera-offline': '摄像机离线',
    'picture-fault': '画面异常',
    'camera-event': '摄像机报警',
    'window-never-opened': '空岗',
    'early-close': '早退',
    'long-service': '办理超时',
    'no-show-rate': '弃号率',
    'late-finish-rate': '超时办结率',
    'bad-review': '差评',
    'review-anomaly': '异常评价',
    'hall-cut-off': '大厅失联',
    'terminal-offline': '终端离线',
    'terminal-silent': '终端静默',
    'terminal-skew': '终端时钟偏差',
    'recording-gap': '录像中断',
    'output-dead': '通知出口失效',
  },
  en: {
    'window-unattended': 'Window unattended',
    'wait-overtime': 'Wait overtime',
    'queue-overflow': 'Queue overflow',
    'hall-crowding': 'Hall crowding',
    'idle-with-queue': 'Idle with queue',
    'pause-overrun': 'Pause overrun',
    'camera-offline': 'Camera offline',
    'picture-fault': 'Picture fault',
    'camera-event': 'Camera alarm',
    'window-never-opened': 'Window never opened',
    'early-close': 'Early close',
    'long-service': 'Long service',
    'no-show-rate': 'No-show rate',
    'late-finish-rate': 'Late-finish rate',
    'bad-review': 'Bad review',
    'review-anomaly': 'Review anomaly',
    'hall-cut-off': 'Hall cut off',
    'terminal-offline': 'Terminal offline',
    'terminal-silent': 'Terminal silent',
    'terminal-skew': 'Terminal clock off',
    'recording-gap': 'Recording gap',
    'output-dead': 'Output dead',
  },
};

export const severityNames: Readonly<Record<Tongue, Readonly<Record<Severity, string>>>> = {
  'zh-CN': { blue: '蓝色提醒', yellow: '黄牌', red: '红牌' },
  en: { blue: 'blue reminder', yellow: 'yellow card', red: 'red card' },
};
