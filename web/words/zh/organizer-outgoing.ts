import type { OutgoingWords } from '../en/organizer-outgoing.ts';

export const zhOutgoing: OutgoingWords = {
  asItWillBe: '发布效果',
  channels: { mail: '邮件', page: '网页', push: '手机通知', webhook: 'Webhook (JSON)' },
  previewOf: (channel) => `预览：${channel}`,
  nothingWritten: '尚未填写内容。',
  subject: '主题：',
  embargo: '禁发期链接',
  embargoHelp: '每个链接仅供一位读者使用，发布后失效。',
  embargoFor: '读者(姓名、媒体)',
  makeLink: '生成链接',
  linkFor: (to) => `${to} 的链接，仅显示这一次：`,
  validTo: '有效至',
  untilPublished: '发布之时',
  accesses: '打开次数',
  notOpened: '尚未打开',
  opened: (count, last) => `${count} 次，最近 ${last}`,
};
