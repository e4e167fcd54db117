/** Milliseconds of a clock that never steps. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** How long the work took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = nowMs();
  await work();
  return nowMs() - since;
}
