import { expect, test, vi } from 'vitest';
import { startThread } from '../../local/lambda/threads.ts';

const threadThat = (does: string) =>
  new URL(
    `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${does} }); parentPort.postMessage([{ kind: 'loaded' }]);`,
  );
const start = (does: string, ended: (error: Error) => void) =>
  startThread({
    module: threadThat(does),
    workerData: {},
    environment: {},
    heapMb: { old: 32, young: 4 },
    report: () => {},
    ended,
  });

test('a thread that ends by itself is told of, and what it was asked fails', async () => {
  const ended = vi.fn();
  const thread = await start("throw new Error('out of breath')", ended);
  await expect(thread.ask({})).rejects.toThrow('out of breath');
  expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'out of breath' }));
  await expect(thread.ask({})).rejects.toThrow('out of breath');
});

test('one that is stopped is not', async () => {
  const ended = vi.fn();
  const thread = await start('', ended);
  await thread.stop();
  expect(ended).not.toHaveBeenCalled();
});
