const REDRAW_MS = 200;

/** Shows on stderr how far a long import has come: one line that is redrawn, or nothing where nobody looks. */
export const progress = (what: string, total: number, stream: NodeJS.WriteStream = process.stderr) => {
  const began = performance.now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  const line = (done: number) => {
    const seconds = (performance.now() - began) / 1000;
    const rate = seconds > 0 ? Math.round(done / seconds) : 0;
    const share = total === 0 ? 100 : Math.floor((done / total) * 100);
    const number = new Intl.NumberFormat('en');
    return `${what}: ${number.format(done)} of ${number.format(total)} (${share} %), ${number.format(rate)}/s`;
  };
  return {
    at: (done: number): void => {
      const now = performance.now();
      if (!stream.isTTY || (now - drawnAt < REDRAW_MS && done < total)) return;
      drawnAt = now;
      stream.write(`\r\u001b[K${line(done)}`);
    },
    end: (done: number): void => {
      stream.write(stream.isTTY ? `\r\u001b[K${line(done)}\n` : `${line(done)}\n`);
    },
  };
};
