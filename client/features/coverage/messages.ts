import type { AreaMessages } from '../../i18n/index.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    coverage: {
      title: '录像完整率',
      intro: '开放时间内实际录下的比例。每天结束后存档，此后删除录像不再改变它；今天算到此刻。',
      hall: '大厅',
      of: { cameras: '按摄像机', windows: '按窗口' },
      csv: '下载 CSV',
      loading: '正在统计',
      empty: '这段时间没有录像记录',
      emptyAdvice: '先在摄像机页面设置录像；当天结束后这里会出现结果。',
      closed: '休',
      pick: '点选某一天查看缺失原因。',
      detail: '{name}，{day}：应录 {open}，已录 {recorded}，完整率 {share}',
      whole: '无缺失',
      oldest: '当日最早保存的录像：{time}',
      gap: '{cause}：{length}（{n} 次）',
      base: { timetable: '按大厅作息时间', windows: '按窗口上报的开放状态', 'whole-day': '无作息资料，按全天' },
    },
  },
  en: {
    coverage: {
      title: 'Coverage',
      intro:
        'What share of the opening hours was recorded. A day is kept when it is over, and removing footage later does not change it; today goes up to now.',
      hall: 'Hall',
      of: { cameras: 'By camera', windows: 'By window' },
      csv: 'Download CSV',
      loading: 'Adding up',
      empty: 'Nothing was recorded in these days',
      emptyAdvice: 'Set cameras to record on their page; each day appears here.',
      closed: 'shut',
      pick: 'Choose a day to see what is missing and why.',
      detail: '{name}, {day}: {recorded} of {open} recorded, {share}',
      whole: 'nothing missing',
      oldest: 'Oldest footage kept that day: {time}',
      gap: '{cause}: {length} ({n}×)',
      base: {
        timetable: 'by the timetable of the hall',
        windows: 'by what the windows reported',
        'whole-day': 'no hours are known: the whole day',
      },
    },
  },
};
