/** Ascending ranges of numbers, `n` or `n-m`, as the record keeps them. Doubles count once. */
export function formatRanges(numbers: readonly number[]): readonly string[] {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  const ranges: string[] = [];
  let first = sorted[0];
  for (const [at, number] of sorted.entries()) {
    if (sorted[at + 1] === number + 1) continue;
    ranges.push(first === number ? String(number) : `${first}-${number}`);
    first = sorted[at + 1];
  }
  return ranges;
}
