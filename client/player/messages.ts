import type { AreaMessages } from '../i18n/language.ts';

export const messages: AreaMessages = {
  'zh-CN': {
    player: {
      connecting: '正在连接',
      cameraConnecting: '正在连接摄像机',
      reconnecting: '连接中断，正在重连',
      offline: '摄像机离线',
      decoderFailed: '画面解码失败，正在重连',
      noPlayer: '此浏览器不能播放实时视频',
      codec: '此浏览器不能解码 {codec}',
      codecAdvice: '请将摄像机该码流改为 H.264。',
      since: '自 {time} 起',
      late: '画面已停滞 {n} 秒',
      slow: '画面跳帧：网络或电脑较慢',
      mainPending: '正在打开主码流',
      mainFailed: '主码流：{reason}，显示子码流',
      stats: {
        fps: '帧/秒',
        kbits: 'kbit/s',
        latency: '延迟',
        dropped: '丢帧',
        size: '分辨率',
        unknown: '未知',
      },
    },
  },
  en: {
    player: {
      connecting: 'Connecting',
      cameraConnecting: 'Connecting to the camera',
      reconnecting: 'Connection lost, reconnecting',
      offline: 'Camera offline',
      decoderFailed: 'Decoding failed, reconnecting',
      noPlayer: 'This browser cannot play live video',
      codec: 'This browser cannot decode {codec}',
      codecAdvice: 'Set this stream of the camera to H.264.',
      since: 'since {time}',
      late: 'Picture has stood still for {n} s',
      slow: 'Skipping pictures: network or computer is slow',
      mainPending: 'Opening the main stream',
      mainFailed: 'Main stream: {reason}; showing the sub stream',
      stats: {
        fps: 'fps',
        kbits: 'kbit/s',
        latency: 'latency',
        dropped: 'dropped',
        size: 'size',
        unknown: 'unknown',
      },
    },
  },
};
