/** The seed of a run: TURNOUT_SEED repeats one that was printed. */
export const freshSeed = (): number => {
  const given = process.env['TURNOUT_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
};
