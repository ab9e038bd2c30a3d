import type { CommonWords } from '../en/common.ts';

export const common: CommonWords = {
  as: (role) => `以${role}身份登录`,
  signIn: '登录',
  roles: { organizer: '主办方', viewer: '观察员', press: '媒体' },
  asOf: (time) => `截至 ${time}`,
  until: (time) => `至 ${time}`,
  category: '类别',
  keep: '保存',
  print: '打印',
  /** Of an event that has no others. */
  categories: {
    delegate: '代表',
    speaker: '嘉宾',
    vip: '贵宾',
    press: '媒体',
    staff: '工作人员',
    exhibitor: '参展商',
  },
};
