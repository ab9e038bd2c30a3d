/** Mail programs read no files of ours, so the style stands in the mail; dark mode by the reader's own setting. */
export const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 0; background: #f3f4f1; color: #14201b; }
.preview { display: none; max-height: 0; overflow: hidden; }
.sheet { max-width: 600px; margin: 0 auto; background: #ffffff; border-top: 6px solid #0b6b4f; font-family: system-ui, -apple-system, "Segoe UI", Roboto, Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.sheet:lang(zh) { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
.inner { padding: 28px 32px 24px; font-size: 16px; line-height: 1.6; }
p { margin: 0 0 14px; white-space: pre-line; overflow-wrap: anywhere; }
.event { margin: 0 0 12px; font-size: 13px; font-weight: 600; color: #0b6b4f; }
.facts { margin: -10px 0 18px; font-size: 13px; color: #55645d; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h1 s { color: #55645d; text-decoration-color: #b42318; text-decoration-thickness: 2px; }
.mark { margin: 0 0 10px; font-size: 14px; line-height: 1.4; }
.mark strong { display: inline-block; padding: 4px 10px; border-radius: 4px; }
.corrected, .mark.corrected strong { background: #fdf1dd; }
.mark.corrected strong, .remark.corrected strong { color: #8a3f06; }
.retracted, .mark.retracted strong { background: #fdeaea; }
.mark.retracted strong, .remark.retracted strong { color: #9b1c1c; }
.mark.corrected, .mark.retracted { background: none; }
.remark { margin: 0 0 18px; padding: 12px 16px; border-left: 4px solid #b45309; }
.remark.retracted { border-left-color: #b42318; }
.remark strong { display: block; font-size: 13px; }
.remark p { margin: 0; }
.button { display: inline-block; margin: 4px 0; padding: 12px 20px; background: #0b6b4f; color: #ffffff; text-decoration: none; font-weight: 600; border-radius: 4px; }
.foot { padding: 18px 32px 26px; border-top: 1px solid #dfe4dd; font-size: 13px; line-height: 1.6; color: #55645d; }
.foot p { margin: 0 0 6px; }
.foot a { color: #0b6b4f; }
@media (prefers-color-scheme: dark) {
  body { background: #0e1512; color: #e6ece8; }
  .sheet { background: #17211c; border-top-color: #3fbf93; }
  .event, .foot a { color: #5fd0a8; }
  .facts, h1 s { color: #a3b1aa; }
  .corrected, .mark.corrected strong { background: #2f2412; }
  .mark.corrected strong, .remark.corrected strong { color: #f0b46a; }
  .retracted, .mark.retracted strong { background: #3a1a1a; }
  .mark.retracted strong, .remark.retracted strong { color: #f4a3a0; }
  .remark { border-left-color: #d97706; }
  .remark.retracted { border-left-color: #e5534b; }
  .button { background: #3fbf93; color: #06130d; }
  .foot { border-top-color: #2c3932; color: #a3b1aa; }
}
@media (max-width: 480px) {
  body { padding: 0; }
  .inner, .foot { padding-left: 20px; padding-right: 20px; }
  h1 { font-size: 21px; }
}
`;
