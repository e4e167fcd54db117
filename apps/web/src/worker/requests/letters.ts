/** The files of the typeface that a PDF is printed with: whoever serves this client cannot give other letters. */
export const LETTERS = {
  regular: {
    size: 629_024,
    sha256: 'fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614',
  },
  bold: {
    size: 630_968,
    sha256: '13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431',
  },
} as const;
