import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CountsPart,
  countsBoard,
  partsOfEvent,
  partsOfSnapshot,
} from '../../shared/client/live/board.ts';

const aPart = (more: Partial<CountsPart> = {}): CountsPart => ({
  sessionId: 'main-forum',
  shard: 0,
  version: 1,
  inside: 1,
  attended: 1,
  entries: 1,
  exits: 0,
  refused: 0,
  ...more,
});

describe('the number on the screen', () => {
  test('is right however often and in whatever order messages come', () => {
    const parts = fc.array(
      fc.record({
        sessionId: fc.constantFrom('main-forum', 'forum-ai'),
        shard: fc.nat(3),
        version: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (sent, random) => {
        // Values follow from the version, as a counter's do.
        const messages = sent.map((part) =>
          aPart({ ...part, inside: part.version * 7, entries: part.version }),
        );
        const inOrder = countsBoard();
        inOrder.take(messages.toSorted((a, b) => a.version - b.version));
        const shuffled = countsBoard();
        const draw = () => random.next().value ?? 0;
        const twice = [...messages, ...messages]
          .map((message) => ({ message, at: draw() }))
          .sort((a, b) => a.at - b.at);
        for (const { message } of twice) shuffled.take([message]);
        for (const sessionId of ['main-forum', 'forum-ai'])
          expect(shuffled.countsOf(sessionId)).toEqual(inOrder.countsOf(sessionId));
      }),
    );
  });

  test('is the sum over the shards', () => {
    const board = countsBoard();
    board.take([aPart({ inside: 3 }), aPart({ shard: 1, inside: 4, exits: 2 })]);
    expect(board.countsOf('main-forum')).toEqual({
      inside: 7,
      attended: 2,
      entries: 2,
      exits: 2,
      refused: 0,
    });
  });

  test('changes only when there is something newer', () => {
    const board = countsBoard();
    expect([...board.take([aPart({ version: 2 })])]).toEqual(['main-forum']);
    expect([...board.take([aPart({ version: 2 }), aPart({ version: 1 })])]).toEqual([]);
  });

  test('survives messages that a later server may send', () => {
    const known = { type: 'counts.v1', ...aPart(), at: '2023-07-04T11:30:00.000Z', more: 'unknown field' };
    expect(partsOfEvent([{ type: 'counts.v2' }, null, 3, known, { ...known, inside: 'many' }])).toEqual([
      aPart(),
    ]);
    expect(partsOfEvent({ type: 'counts.v1' })).toEqual([]);
    expect(partsOfEvent(undefined)).toEqual([]);
  });

  test('begins with the snapshot', () => {
    const { sessionId, ...counter } = aPart();
    const answer = {
      asOf: 'x',
      sessions: [{ sessionId, inside: 9, counters: [counter, { shard: 'x' }] }, 'odd'],
    };
    expect(partsOfSnapshot(answer)).toEqual([aPart()]);
    expect(partsOfSnapshot(null)).toEqual([]);
  });
});
