import type { Words } from '../en/start-here.ts';
import { common } from './common.ts';

export const zh: Words = {
  ...common,
  firstBadge: '扫描第一张证件',
  firstBadgeHelp: '把此浏览器变成当前会场的入口，并生成一张证件供扫描。两者都是真的，会计入人数。',
  openHere: '在此打开一个入口',
  openDoor: (session) => `打开入口：${session}`,
  holdBadge: '将证件对准摄像头，或复制编码后在那里点“输入证件码”。',
  badgeQr: '证件二维码',
  badgeCode: '证件编码',
  copy: '复制编码',
  copied: '已复制',
  seeIt: '在主办方页面查看场内人数',
  signInHere: '此主机运行在您的电脑上，无需密码。',
  evening: '演示开幕之夜',
  eveningHelp: '演示：数千名虚构来宾来到此主机的入口，开幕式会场逐渐坐满。',
  speed: '速度',
  times: (speed) => `${speed} 倍`,
  playEvening: '开始',
  stopEvening: '停止',
  scansOf: (answered, scans) => `已扫描 ${answered} / ${scans}`,
};
