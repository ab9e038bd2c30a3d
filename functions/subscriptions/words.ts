import { kindNames } from '../../shared/domain/kind-names.ts';

/** What the page of a subscription says, by language; others get English. */
export interface PageWords {
  readonly title: string;
  readonly status: Readonly<Record<'pending' | 'confirmed' | 'suppressed' | 'disabled', string>>;
  readonly to: string;
  readonly confirm: string;
  readonly language: string;
  readonly kinds: string;
  readonly kindsHint: string;
  readonly save: string;
  readonly end: string;
  readonly endHint: string;
  readonly ended: string;
  readonly endedHint: string;
  readonly asked: string;
  readonly askedHelp: string;
  readonly refused: string;
  readonly back: string;
  readonly kind: Readonly<Record<string, string>>;
}

const en: PageWords = {
  title: 'Your subscription',
  status: {
    pending: 'Not confirmed yet: nothing is sent until you confirm.',
    confirmed: 'Active: announcements are sent as soon as they are published.',
    suppressed: 'Stopped: messages to this address came back.',
    disabled: 'Stopped: this address could not be reached for three days.',
  },
  to: 'To',
  confirm: 'Confirm the subscription',
  language: 'Language',
  kinds: 'Only these kinds',
  kindsHint: 'None chosen: all of them.',
  save: 'Save',
  end: 'End the subscription',
  endHint: 'Your address is forgotten at once.',
  ended: 'The subscription has ended',
  endedHint: 'Nothing more is sent, and the address is forgotten.',
  asked: 'One more step',
  askedHelp:
    'If this address can be reached, a message with a link is on its way to it. Nothing else is sent until you confirm there.',
  refused: 'That did not work',
  back: 'Back to the announcements',
  kind: {
    report: 'Reports',
    achievement: 'Achievements',
    initiative: 'Initiatives',
    project: 'Projects',
    award: 'Awards',
    notice: 'Notices',
  },
};

const zh: PageWords = {
  title: '您的订阅',
  status: {
    pending: '尚未确认：在您确认之前不会发送任何内容。',
    confirmed: '有效：公告发布后立即发送。',
    suppressed: '已停止：发往此地址的消息被退回。',
    disabled: '已停止：连续三天无法送达此地址。',
  },
  to: '接收地址',
  confirm: '确认订阅',
  language: '语言',
  kinds: '只接收以下类别',
  kindsHint: '不选则接收全部类别。',
  save: '保存',
  end: '取消订阅',
  endHint: '您的地址将立即删除。',
  ended: '订阅已取消',
  endedHint: '不再发送任何内容，地址已删除。',
  asked: '还差一步',
  askedHelp: '如果此地址可以送达，我们会发送一条含确认链接的消息。在您确认之前不会发送其他内容。',
  refused: '未能完成',
  back: '返回公告',
  kind: kindNames.zh,
};

const words: Readonly<Record<string, PageWords>> = { en, zh };

export const pageWords = (language: string): PageWords => words[language.split('-')[0] ?? ''] ?? en;
