import { describe, expect, test } from 'vitest';
import { ApiProblem, ApiUnreachable } from '../../shared/client/api.ts';
import { Problem, type ProblemCode } from '../../shared/contract/problem.ts';
import { troubleOf } from '../../web/common/trouble.ts';
import { problemWords as en } from '../../web/words/en/problems.ts';
import { problemWords as zh } from '../../web/words/zh/problems.ts';

const answered = (code: ProblemCode, detail: string, errors: { pointer: string; detail: string }[] = []) => {
  const problem = new Problem(code, detail, { errors });
  return new ApiProblem('GET /v1/health', problem.status, JSON.stringify(problem.toDetails('/v1/health')));
};

const codes: readonly ProblemCode[] = [
  'validation',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'illegal-transition',
  'precondition-failed',
  'payload-too-large',
  'unsupported-media-type',
  'too-many-requests',
  'internal',
  'unavailable',
];

describe('who reads Chinese, and is refused', () => {
  test.each(codes)('reads why in Chinese, and finds what the API said, for %s', (code) => {
    const { text, detail } = troubleOf(zh, answered(code, 'The words of the API'));
    expect(text).toMatch(/^\p{Script=Han}/u);
    expect(detail).toBe('The words of the API');
  });

  test('reads which field is wrong by the name that it has on the page', () => {
    const errors = [
      { pointer: '/content/zh/title', detail: 'is too long' },
      { pointer: '/publishAt', detail: 'is in the past' },
      { pointer: '/what/nobody/names', detail: 'is not a known field' },
    ];
    const problem = answered('validation', 'The request is not valid', errors);
    expect(troubleOf(zh, problem)).toEqual({
      text: '有内容填写不正确。 (中文 标题, 发布时间)',
      detail:
        '/content/zh/title is too long; /publishAt is in the past; /what/nobody/names is not a known field',
    });
    expect(troubleOf(en, problem).text).toBe(
      'Something here is not right yet. (中文 Title, Time of publication)',
    );
  });

  test('reads of a server that does not answer, and of a gateway that answers by itself', () => {
    expect(troubleOf(zh, new ApiUnreachable('no network')).text).toBe(zh.problems['unreachable']);
    expect(troubleOf(zh, new ApiProblem('GET /v1/health', 429, 'slow down')).text).toBe(
      zh.problems['too-many-requests'],
    );
    expect(troubleOf(zh, new ApiProblem('GET /v1/health', 502, '<html>')).text).toBe(zh.problems['internal']);
  });
});
