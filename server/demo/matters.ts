import type { AnnouncementInput } from '#contract/announcements.ts';
import { Matter, Made, MatterDetail, MattersAnswer, type OrderInput, type VoiceInput } from '#contract/matters.ts';
import type { MatterActName, Verdict } from '#contract/matter-kinds.ts';
import type { Rest } from './rest.ts';

interface Act {
  act: MatterActName;
  note?: string;
  departmentId?: string;
  verdict?: Verdict;
}

/** What citizens said at the counter, and how far each has come. */
const voices: { input: VoiceInput; acts: Act[] }[] = [
  {
    input: {
      ...{ kind: 'complaint', hallId: 'zhongxin', title: '食品经营许可窗口要求重复提交材料' },
      text: '10 月 29 日和 11 月 6 日两次到市场监管窗口，第二次又要求补交第一次已经交过的租赁合同复印件，来回跑了两趟。',
    },
    acts: [{ act: 'accept' }, { act: 'assign', departmentId: 'market' }],
  },
  {
    input: {
      ...{ kind: 'complaint', hallId: 'zhongxin', title: '叫号后窗口无人' },
      text: '税务窗口叫到我的号以后等了十分钟才有人回来，屏幕上一直显示办理中。',
    },
    acts: [],
  },
  {
    input: {
      ...{ kind: 'complaint', hallId: 'zhongxin', title: '用地规划许可超过承诺时限' },
      text: '窗口承诺十个工作日办结，至今没有结果，电话也没有人接。',
    },
    acts: [
      { act: 'accept' },
      { act: 'assign', departmentId: 'planning' },
      { act: 'reply', verdict: 'upheld', note: '经查属实，因图纸流转环节积压。已向申请人致歉，并于两个工作日内办结。' },
    ],
  },
  {
    input: {
      ...{ kind: 'enquiry', hallId: 'zhongxin', title: '社会组织登记可以网上预审吗' },
      text: '外地人员能不能先在网上交材料，现场只来一次？',
    },
    acts: [],
  },
  {
    input: {
      ...{ kind: 'enquiry', hallId: 'linjiang', title: '居住证明周六能办吗' },
      text: '工作日请不了假，想周六上午来办。',
    },
    acts: [],
  },
];

const orders: { input: OrderInput; acts: Act[] }[] = [
  {
    input: {
      title: '限期清理食品经营许可积压件',
      text: '本月食品经营许可已有多件超过承诺时限。请逐件说明原因，提出清理计划和完成日期。',
      to: { of: 'department', id: 'market' },
    },
    acts: [{ act: 'issue' }],
  },
];

const announcement: AnnouncementInput = {
  title: '本周五统一检查窗口秩序',
  text: '请各大厅提前自查：工牌、桌面、叫号屏、评价器。检查结果计入当月考核。',
  regionId: null,
};

/** Puts a few complaints, enquiries, an order and an announcement into a demo that has none, so that those pages are not empty. Says how many. */
export async function demoMatters(rest: Rest): Promise<number> {
  const { matters } = await rest.get('/api/matters?kinds=complaint,enquiry,order&limit=1', MattersAnswer);
  if (matters.length > 0) return 0;
  for (const { input, acts } of voices) {
    const { id } = await rest.post('/api/voices', input, Made);
    await handle(rest, id, acts);
  }
  for (const { input, acts } of orders) {
    const { id } = await rest.post('/api/orders', input, Matter);
    await handle(rest, id, acts);
  }
  await rest.send('POST', '/api/announcements', announcement);
  return voices.length + orders.length;
}

async function handle(rest: Rest, id: string, acts: readonly Act[]): Promise<void> {
  for (const [i, act] of acts.entries()) {
    await rest.post(`/api/matters/${id}/acts`, { ...act, seen: i + 1 }, MatterDetail);
  }
}
