import type { Words } from '../en/notify.ts';

export const zh: Words = {
  title: '在此设备上接收公告',
  help: '公告及更正在数秒内送达。浏览器会询问是否允许通知；第一条通知请您确认，并指向可随时退订的页面。',
  ask: '通知我',
  asking: '正在询问浏览器',
  asked: '已完成。请点开即将出现的通知并确认。',
  denied: '此处不允许通知。请在浏览器设置中为本页面开启通知后重试。',
  impossible: '此浏览器无法为本页面显示通知。请先将页面添加到主屏幕，换用其他浏览器，或改用电子邮件。',
  failed: '未能完成，请稍后重试。',
  back: '全部公告',
};
