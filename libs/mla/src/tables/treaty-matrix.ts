import { FactReader } from '../packs/fact-reader.js';
import { statusFrom } from '../packs/status.js';
import { countriesOf, type TableRequest } from './offence-table.js';
import { TableWriter, type Table } from './table.js';

/** For every pair of the States, which instrument binds it on the day: in force, not in force, or unknown. */
export function treatyMatrix({ packs, states, language, today }: TableRequest): Table {
  const write = new TableWriter(language, today);
  const reader = new FactReader(packs, today);
  const codes = countriesOf(packs, states).map(({ state }) => state);
  const instruments = ['BILATERAL', ...Object.keys(packs.instruments)];
  const rows = codes.flatMap((a, at) =>
    codes.slice(at + 1).map((b) => [
      write.plain(`${a}–${b}`),
      ...instruments.map((instrument) => {
        const { state, facts } = statusFrom(reader, { a, b, instrument });
        return { text: write.word(state), facts };
      }),
    ]),
  );
  return write.table('treaties', ['pair', ...instruments], rows);
}
