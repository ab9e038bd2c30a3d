const en = {
  until: (at: string) => `Under embargo until ${at}`,
  rule: 'Not to be published, quoted or passed on before.',
  mark: (to: string, at: string) => `This copy is for ${to} alone and was opened on ${at}.`,
  logged: 'Each opening is recorded.',
  source: 'Its source',
  closed: 'This link is not open',
  closedHelp:
    'It has expired, was revoked, or the announcement is no longer planned. Ask who sent it to you.',
};

const zh: typeof en = {
  until: (at) => `禁止在${at}之前发布`,
  rule: '在此之前请勿发布、引用或转发。',
  mark: (to, at) => `本页仅供${to}阅读，打开于${at}。`,
  logged: '每次打开都会被记录。',
  source: '来源',
  closed: '此链接不可用',
  closedHelp: '链接已过期或被撤销，或公告已不在发布计划中。请联系发送者。',
};

/** In the nearest language there is. */
export const wordsFor = (language: string): typeof en => (language.startsWith('zh') ? zh : en);
