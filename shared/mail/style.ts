import { palette } from '../look/palette.ts';

/** Mail programs read no files of ours, so the style stands in the mail; dark mode by the reader's own setting. */
export const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 0; background: ${palette.ground[0]}; color: ${palette.ink[0]}; }
.preview { display: none; max-height: 0; overflow: hidden; }
.sheet { max-width: 600px; margin: 0 auto; background: ${palette.sheet[0]}; border-top: 6px solid ${palette.accent[0]}; font-family: system-ui, -apple-system, "Segoe UI", Roboto, Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.sheet:lang(zh) { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
.inner { padding: 28px 32px 24px; font-size: 16px; line-height: 1.6; }
p { margin: 0 0 14px; white-space: pre-line; overflow-wrap: anywhere; }
.event { margin: 0 0 12px; font-size: 13px; font-weight: 600; color: ${palette.accent[0]}; }
.facts { margin: -10px 0 18px; font-size: 13px; color: ${palette.soft[0]}; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h1 s { color: ${palette.soft[0]}; text-decoration-color: ${palette.bad[0]}; text-decoration-thickness: 2px; }
.mark { margin: 0 0 10px; font-size: 14px; line-height: 1.4; }
.mark strong { display: inline-block; padding: 4px 10px; border-radius: 4px; }
.corrected, .mark.corrected strong { background: ${palette.warnGround[0]}; }
.mark.corrected strong, .remark.corrected strong { color: ${palette.warn[0]}; }
.retracted, .mark.retracted strong { background: ${palette.badGround[0]}; }
.mark.retracted strong, .remark.retracted strong { color: ${palette.bad[0]}; }
.mark.corrected, .mark.retracted { background: none; }
.remark { margin: 0 0 18px; padding: 12px 16px; border-left: 4px solid ${palette.warn[0]}; }
.remark.retracted { border-left-color: ${palette.bad[0]}; }
.remark strong { display: block; font-size: 13px; }
.remark p { margin: 0; }
.button { display: inline-block; margin: 4px 0; padding: 12px 20px; background: ${palette.accent[0]}; color: ${palette.onAccent[0]}; text-decoration: none; font-weight: 600; border-radius: 4px; }
.foot { padding: 18px 32px 26px; border-top: 1px solid ${palette.line[0]}; font-size: 13px; line-height: 1.6; color: ${palette.soft[0]}; }
.foot p { margin: 0 0 6px; }
.foot a { color: ${palette.accent[0]}; }
@media (prefers-color-scheme: dark) {
  body { background: ${palette.ground[1]}; color: ${palette.ink[1]}; }
  .sheet { background: ${palette.sheet[1]}; border-top-color: ${palette.accent[1]}; }
  .event, .foot a { color: ${palette.accent[1]}; }
  .facts, h1 s { color: ${palette.soft[1]}; }
  .corrected, .mark.corrected strong { background: ${palette.warnGround[1]}; }
  .mark.corrected strong, .remark.corrected strong { color: ${palette.warn[1]}; }
  .retracted, .mark.retracted strong { background: ${palette.badGround[1]}; }
  .mark.retracted strong, .remark.retracted strong { color: ${palette.bad[1]}; }
  .remark { border-left-color: ${palette.warn[1]}; }
  .remark.retracted { border-left-color: ${palette.bad[1]}; }
  .button { background: ${palette.accent[1]}; color: ${palette.onAccent[1]}; }
  .foot { border-top-color: ${palette.line[1]}; color: ${palette.soft[1]}; }
}
@media (max-width: 480px) {
  body { padding: 0; }
  .inner, .foot { padding-left: 20px; padding-right: 20px; }
  h1 { font-size: 21px; }
}
`;
