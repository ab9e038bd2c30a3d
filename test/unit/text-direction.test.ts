import { describe, expect, it } from 'vitest';
import { directionOf } from '../../shared/domain/text-direction.ts';
import { Page, pageOf } from '../../shared/runtime/html-page.tsx';

describe('the direction of a text', () => {
  it.each([
    'ar',
    'AR-eg',
    'he',
    'he-IL',
    'fa',
    'fa-AF',
    'ur',
    'ur-PK',
    'ps',
    'ckb',
    'yi',
    'uz-Arab',
    'pa-arab-PK',
  ])('is from the right in %s', (language) => {
    expect(directionOf(language)).toBe('rtl');
    expect(pageOf(Page({ language, title: 'T', children: null })).text).toContain(
      `<html lang="${language}" dir="rtl">`,
    );
  });

  it.each(['en', 'zh', 'zh-Hant', 'az', 'uz', 'ar-Latn', 'az-Latn-IR', 'ks-Deva', 'sd-Deva-IN', ''])(
    'is from the left in "%s"',
    (language) => {
      expect(directionOf(language)).toBe('ltr');
    },
  );
});
