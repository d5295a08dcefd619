import type { ErrorTexts } from './error-texts.ts';

type CaseErrors = Pick<
  ErrorTexts,
  Extract<keyof ErrorTexts, `${'EXCHANGE' | 'CASE' | 'CARD' | 'MATTER' | 'PERFORMANCE'}_${string}`>
>;

/** What goes wrong with cases, cards, orders and performance, in both languages. */
export const caseErrors: Record<'en' | 'zh', CaseErrors> = {
  en: {
    EXCHANGE_KEY_WRONG: {
      title: 'Signature of the batch is wrong',
      advice:
        'Sign the body as it is sent with HMAC-SHA-256 under the key of the source, or issue a new key under Cases.',
    },
    EXCHANGE_SILENT: {
      title: 'Approval system is silent',
      advice:
        'It has handed over nothing for longer than it should. Check it and its network: its cases are judged by what is known.',
    },
    CASE_ACT_REFUSED: {
      title: 'Not possible for this case',
      advice: 'It cannot happen to the case as it stands. The details say why.',
    },
    CASE_CLOCK_BEHIND: {
      title: 'Clock of cases is behind',
      advice: 'Levels and cards wait until the database can be read and written again. It tries by itself.',
    },
    CARD_EXCUSED: {
      title: 'Something may excuse it',
      advice: 'Look at what was found, and say why the card is issued all the same.',
    },
    CARD_ACT_REFUSED: {
      title: 'Not possible for this card',
      advice: 'It cannot happen to the card as it stands. The details say why.',
    },
    CARD_SECOND_PERSON: {
      title: 'A second person is needed',
      advice: 'A card is revoked by two people. Somebody else has to agree.',
    },
    PERFORMANCE_PUBLISHED: { title: 'Published', advice: 'The month is published and stands as it was then.' },
    PERFORMANCE_APPEALS_OPEN: {
      title: 'Appeals are open',
      advice: 'Decide the appeals against points of this month first.',
    },
    PERFORMANCE_MONTH_OPEN: { title: 'The month is not over', advice: 'It is published when it is over.' },
    MATTER_ACT_REFUSED: {
      title: 'Not possible now',
      advice: 'It cannot be done with it as it stands. The details say why.',
    },
    MATTER_SAME_PERSON: {
      title: 'A second person is needed',
      advice: 'Who did the first half does not judge it as well. Somebody else has to do this.',
    },
  },
  zh: {
    EXCHANGE_KEY_WRONG: {
      title: '数据包签名不对',
      advice: '请用该来源的密钥对原样请求体做 HMAC-SHA-256 签名；或在“办件”中重新签发密钥。',
    },
    EXCHANGE_SILENT: {
      title: '审批系统没有交换数据',
      advice: '该系统已超过规定时间没有推送办件。请检查该系统和网络；在此期间只能按已知数据判断。',
    },
    CASE_ACT_REFUSED: {
      title: '该办件不能这样办理',
      advice: '办件当前状态不允许这项操作，原因见详情。',
    },
    CASE_CLOCK_BEHIND: {
      title: '办件计时落后',
      advice: '数据库暂时无法读写，预警和发牌暂缓，系统会自动重试。',
    },
    CARD_EXCUSED: {
      title: '可能存在免责情形',
      advice: '请查看系统找到的免责情形，并说明为什么仍然发牌。',
    },
    CARD_ACT_REFUSED: {
      title: '该牌不能这样处理',
      advice: '牌的当前状态不允许这项操作，原因见详情。',
    },
    CARD_SECOND_PERSON: {
      title: '需要第二个人',
      advice: '撤牌须由两人完成，请另一人确认。',
    },
    PERFORMANCE_PUBLISHED: { title: '已公布', advice: '该月份已公布，内容不再变化。' },
    PERFORMANCE_APPEALS_OPEN: { title: '尚有未决申诉', advice: '请先审理该月份的考核申诉。' },
    PERFORMANCE_MONTH_OPEN: { title: '该月份尚未结束', advice: '月份结束后才能公布。' },
    MATTER_ACT_REFUSED: { title: '当前状态下不能这样处理', advice: '详情说明了原因。' },
    MATTER_SAME_PERSON: { title: '须由另一人处理', advice: '前一步由您办理，审核须由其他人完成。' },
  },
};
