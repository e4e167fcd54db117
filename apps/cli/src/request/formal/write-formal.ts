import { extname } from 'node:path';
import { sha256, toHex } from '@enlace/kernel';
import {
  DOCUMENT_FORMATS,
  printDocument,
  render,
  writeDocument,
  type DocumentFormat,
  type Language,
  type MlaRequest,
  type PackSet,
} from '@enlace/mla';
import { CliError } from '../../command-line/cli-error.js';
import { requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { assertAbsent } from '../../files/new-files.js';
import { readTypeface } from './typeface.js';

/** Where the formal document goes, and its sealed annex beside it. */
export interface FormalOutput {
  readonly format: DocumentFormat;
  readonly out: string;
  readonly sealedOut: string;
}

/** A file that is ready to be written, for its owner alone. */
export interface FormalFile {
  readonly path: string;
  readonly text: Uint8Array;
  readonly isSecret: true;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Throws `usage.missing-option`, `usage.bad-value`, and for files that are there already. */
export function readOutput({ options }: Pick<Invocation, 'options'>): FormalOutput {
  const given = requireText(options, 'format');
  const format = DOCUMENT_FORMATS.find((one) => one === given);
  if (format === undefined) {
    const expected = DOCUMENT_FORMATS.join(', ');
    throw new CliError('usage.bad-value', { option: '--format', value: given, expected });
  }
  const out = requireText(options, 'out');
  const sealedOut = sealedNameOf(out);
  assertAbsent([out, sealedOut]);
  return { format, out, sealedOut };
}

/** The files of a request, in memory: the document, and the sealed annex where there is one. */
export async function formalFiles(
  request: MlaRequest,
  { format, out, sealedOut }: FormalOutput,
  ground: {
    readonly packs: PackSet;
    readonly language: Language;
    readonly isDraft: boolean;
  },
): Promise<readonly FormalFile[]> {
  const { packs, language, isDraft } = ground;
  const document = render(request, language, packs.authorities);
  const { main, sealed } =
    format === 'pdf'
      ? await printDocument(document, { isDraft, typeface: await readTypeface() })
      : await writeDocument(document, { format, isDraft });
  const files = [
    { path: out, text: main },
    ...(sealed === null ? [] : [{ path: sealedOut, text: sealed }]),
  ];
  return files.map(({ path, text }) => ({
    path,
    text,
    isSecret: true,
    sha256: toHex(sha256(text)),
  }));
}

/** `solicitud.pdf` has its sealed annex beside it in `solicitud.sealed.pdf`. */
function sealedNameOf(out: string): string {
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}.sealed${extension}`;
}
