import type { ConflictReason } from './scan.ts';

/** What there is to say about one scan. */
export interface Facts {
  readonly outcome: 'admitted' | 'left' | 'refused';
  readonly reason: ConflictReason | null;
  readonly conflict: ConflictReason | null;
  /** The scan that this one contradicts: when (ms, UTC) and the door's name, where it is known. */
  readonly previous: { readonly scannedAt: number; readonly door: string | null } | null;
  /** When the session opens or closed, ms, UTC. */
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  readonly categories: readonly string[] | null;
  readonly capacity: number | null;
  readonly otherEvent: string | null;
  /** The badge was deleted. */
  readonly deleted: boolean;
}

export const explainedLanguages = ['en', 'zh'] as const;
export type ExplainedLanguage = (typeof explainedLanguages)[number];

type Sentences = Record<ConflictReason, (facts: Facts, clock: (ms: number) => string) => string> & {
  readonly admitted: string;
  readonly left: string;
  readonly all_the_same: (outcome: 'admitted' | 'left', why: string) => string;
};

const since = ({ previous }: Facts, clock: (ms: number) => string, join: string): string =>
  previous ? `${join}${clock(previous.scannedAt)}${previous.door === null ? '' : `, ${previous.door}`}` : '';

const sentences: Record<ExplainedLanguage, Sentences> = {
  en: {
    admitted: 'Welcome',
    left: 'Goodbye',
    all_the_same: (outcome, why) =>
      `${outcome === 'admitted' ? 'Admitted' : 'Left'}, recorded with a conflict: ${why}`,
    unknown_session: () => 'This session does not exist here. Choose the session again',
    device_out_of_scope: () => 'This device is not set up for this door. Ask a supervisor',
    unknown_badge: () => 'This badge is not known here. Send the person to the help desk',
    forged_badge: () => 'This badge was not issued by us. Call a supervisor',
    wrong_event: ({ otherEvent }) =>
      `This badge belongs to another event${otherEvent ? ` (${otherEvent})` : ''}`,
    revoked_badge: () => 'This badge has been revoked. Send the person to the help desk',
    superseded_badge: ({ deleted }) =>
      deleted
        ? 'This badge was deleted. Send the person to the help desk'
        : 'A newer badge was printed for this person. Ask for the new one',
    session_cancelled: () => 'This session has been cancelled',
    too_early: ({ opensAt }, clock) =>
      `Too early${opensAt === null ? '' : `: doors open at ${clock(opensAt)}`}`,
    too_late: ({ closesAt }, clock) =>
      `Too late${closesAt === null ? '' : `: admission ended at ${clock(closesAt)}`}`,
    not_entitled: ({ categories }) =>
      `Not for this kind of badge${categories ? `: only ${categories.join(', ')}` : ''}`,
    already_inside: (facts, clock) => `Already inside${since(facts, clock, ' since ')}`,
    already_admitted: (facts, clock) => `Already admitted once${since(facts, clock, ', last seen ')}`,
    session_full: ({ capacity }) =>
      `The room is full${capacity === null ? '' : ` (${capacity})`}. Wait until someone leaves`,
    not_inside: () => 'was not inside',
    inside_elsewhere: (facts, clock) => `Inside another session${since(facts, clock, ' since ')}`,
    out_of_event: () => 'its time is long before the event: set the clock of the device',
  },
  zh: {
    admitted: '欢迎',
    left: '再见',
    all_the_same: (outcome, why) => `${outcome === 'admitted' ? '已放行' : '已离场'}，并记录冲突：${why}`,
    unknown_session: () => '此处没有该场次，请重新选择场次',
    device_out_of_scope: () => '此设备不负责这个入口，请联系主管',
    unknown_badge: () => '未登记的证件，请前往服务台',
    forged_badge: () => '此证件并非由我们签发，请呼叫主管',
    wrong_event: ({ otherEvent }) => `此证件属于另一场活动${otherEvent ? `（${otherEvent}）` : ''}`,
    revoked_badge: () => '此证件已作废，请前往服务台',
    superseded_badge: ({ deleted }) =>
      deleted ? '此证件已删除，请前往服务台' : '此人已换发新证件，请出示新证件',
    session_cancelled: () => '该场次已取消',
    too_early: ({ opensAt }, clock) => `来得太早${opensAt === null ? '' : `，${clock(opensAt)} 开门`}`,
    too_late: ({ closesAt }, clock) =>
      `来得太晚${closesAt === null ? '' : `，${clock(closesAt)} 已停止入场`}`,
    not_entitled: ({ categories }) =>
      `此类证件不能入场${categories ? `，仅限：${categories.join('、')}` : ''}`,
    already_inside: (facts, clock) => `已在场内${since(facts, clock, '，自 ')}`,
    already_admitted: (facts, clock) => `已入场一次，不可再次入场${since(facts, clock, '，最近一次 ')}`,
    session_full: ({ capacity }) =>
      `场内已满${capacity === null ? '' : `（${capacity} 人）`}，请等候有人离场`,
    not_inside: () => '此前不在场内',
    inside_elsewhere: (facts, clock) => `正在另一场次内${since(facts, clock, '，自 ')}`,
    out_of_event: () => '扫描时间远早于活动，请校准设备时钟',
  },
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Hours and minutes in the venue's time zone, 24 hours. */
const clockIn =
  (timeZone: string) =>
  (ms: number): string => {
    const known =
      clocks.get(timeZone) ??
      new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    clocks.set(timeZone, known);
    return known.format(ms);
  };

/** One sentence that a volunteer can read aloud, times in the venue's time zone. */
export const explain = (facts: Facts, language: ExplainedLanguage, timeZone: string): string => {
  const say = sentences[language];
  const clock = clockIn(timeZone);
  if (facts.outcome === 'refused') return facts.reason ? say[facts.reason](facts, clock) : '';
  if (facts.conflict) return say.all_the_same(facts.outcome, say[facts.conflict](facts, clock));
  return say[facts.outcome];
};

const failures: Record<ExplainedLanguage, Record<'retry' | 'invalid', string>> = {
  en: {
    retry: 'Not recorded yet. Send it again in a moment',
    invalid: 'This badge has too many scans in this session. Send the person to the help desk',
  },
  zh: { retry: '尚未记录，请稍后重新发送', invalid: '此证件在本场次的扫描次数过多，请前往服务台' },
};

/** What is said of a scan that could not be recorded, now or for good. */
export const explainFailure = (outcome: 'retry' | 'invalid', language: ExplainedLanguage): string =>
  failures[language][outcome];
