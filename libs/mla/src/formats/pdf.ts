import { PDFDocument, rgb, type PDFPage } from '@cantoo/pdf-lib';

import type { Block } from '../document/blocks.js';
import { linesOf } from './lines.js';
import type { Paper } from './paper.js';
import { Weight, type Typeface } from './pdf-fonts.js';

/** Points. Paper of the region is Letter. */
const PAGE = { width: 612, height: 792, margin: 64 } as const;
const INNER = PAGE.width - 2 * PAGE.margin;
const LABEL_WIDTH = 130;
const GAP = 10;
const NUMBER_INDENT = 26;
const SIZES = { title: 15, section: 12, text: 9.5, small: 7.5, stamp: 16 } as const;
const LEADING = 1.35;
/** Lines that a heading must have below it on its page. */
const KEPT_LINES = 4;
const BLACK = rgb(0, 0, 0);
const GREY = rgb(0.6, 0.6, 0.6);
const RED = rgb(0.69, 0, 0.13);

/**
 * A paper as PDF. The same paper gives the same bytes: no date, no producer, no number drawn by chance. A letter that
 * the typeface has not is printed as its number; the other formats hold it as it is.
 */
export async function writePdf(paper: Paper, typeface: Typeface): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const regular = await Weight.of(document, typeface.regular);
  const bold = await Weight.of(document, typeface.bold);
  document.setTitle(`${paper.title} · ${paper.reference}`, { showInWindowTitleBar: true });
  document.setLanguage(paper.language);
  const printer = new Printer(document, { regular, bold }, paper);
  printer.title(paper.title);
  for (const { title, blocks } of paper.parts) {
    if (title !== '') printer.section(title);
    for (const block of blocks) printer.block(block);
  }
  printer.numberPages();
  return document.save({ addDefaultPage: false });
}

interface Column {
  readonly x: number;
  readonly lines: readonly string[];
  readonly weight: Weight;
}

/** Fills pages from above; whatever does not fit goes on on the next one. */
class Printer {
  readonly #pages: PDFPage[] = [];
  #y = 0;

  constructor(
    private readonly document: PDFDocument,
    private readonly weights: { readonly regular: Weight; readonly bold: Weight },
    private readonly paper: Paper,
  ) {
    this.#turn();
  }

  title(text: string): void {
    this.#lines(
      [this.#column(text, { weight: this.weights.bold, size: SIZES.title })],
      SIZES.title,
    );
    this.#y -= GAP;
  }

  section(text: string): void {
    this.#y -= GAP;
    this.#heading(text, SIZES.section);
  }

  block(block: Block): void {
    const { regular, bold } = this.weights;
    if (block.kind === 'heading') return this.#heading(block.text, SIZES.text);
    if (block.kind === 'field') {
      this.#rule();
      const label = this.#column(block.label, { weight: bold, width: LABEL_WIDTH - GAP });
      this.#lines([label, this.#column(block.text, { weight: regular, indent: LABEL_WIDTH })]);
      this.#y -= 3;
      return undefined;
    }
    const { number, text } = block;
    const indent = number === undefined ? 0 : NUMBER_INDENT;
    const numbers = number === undefined ? [] : [this.#column(`${number}.`, { weight: regular })];
    this.#lines([...numbers, this.#column(text, { weight: regular, indent })]);
    this.#y -= 4;
  }

  /** The last page is known when all are there. */
  numberPages(): void {
    const { footer, reference, pageWords, stamp } = this.paper;
    this.#pages.forEach((page, at) => {
      const counted = `${pageWords.page} ${at + 1} ${pageWords.of} ${this.#pages.length}`;
      this.#centred(page, footer, { y: 38, size: SIZES.small });
      this.#centred(page, `${reference} · ${counted}`, { y: 26, size: SIZES.small });
      if (stamp === null) return;
      this.#centred(page, stamp, { y: PAGE.height - 40, size: SIZES.stamp });
      for (const y of [PAGE.height - 22, PAGE.height - 48]) {
        const line = { start: { x: PAGE.margin, y }, end: { x: PAGE.width - PAGE.margin, y } };
        page.drawLine({ ...line, thickness: 1.2, color: RED });
      }
    });
  }

  #heading(text: string, size: number): void {
    this.#need(size * LEADING * KEPT_LINES);
    this.#y -= 6;
    this.#lines([this.#column(text, { weight: this.weights.bold, size })], size);
    this.#y -= 3;
  }

  #column(
    text: string,
    of: { weight: Weight; size?: number; indent?: number; width?: number },
  ): Column {
    const { weight, size = SIZES.text, indent = 0, width = INNER - indent } = of;
    const lines = linesOf(weight.drawable(text.replaceAll('\t', '    ')), weight, { size, width });
    return { x: PAGE.margin + indent, lines, weight };
  }

  /**
   * Lines of columns that stand beside each other; they break over pages together. What is on one page is written
   * column by column, which is the order in which programs read it aloud.
   */
  #lines(columns: readonly Column[], size: number = SIZES.text): void {
    const height = size * LEADING;
    const most = Math.max(...columns.map(({ lines }) => lines.length));
    for (let from = 0; from < most;) {
      const page = this.#need(height);
      const room = Math.max(1, Math.floor((this.#y - PAGE.margin) / height));
      const to = Math.min(most, from + room);
      for (const { x, lines, weight } of columns) {
        lines.slice(from, to).forEach((text, at) => {
          const y = this.#y - height * (at + 1);
          if (text !== '') page.drawText(text, { x, y, size, font: weight.font, color: BLACK });
        });
      }
      this.#y -= height * (to - from);
      from = to;
    }
  }

  #rule(): void {
    const page = this.#need(SIZES.text * LEADING * 2);
    const y = this.#y - 1;
    const line = { start: { x: PAGE.margin, y }, end: { x: PAGE.width - PAGE.margin, y } };
    page.drawLine({ ...line, thickness: 0.4, color: GREY });
  }

  #centred(page: PDFPage, text: string, { y, size }: { y: number; size: number }): void {
    const isStamp = size === SIZES.stamp;
    const weight = isStamp ? this.weights.bold : this.weights.regular;
    const [line = ''] = linesOf(weight.drawable(text), weight, { size, width: INNER });
    const x = (PAGE.width - weight.widthOf(line, size)) / 2;
    page.drawText(line, { x, y, size, font: weight.font, color: isStamp ? RED : BLACK });
  }

  /** The page that has this much room left below. */
  #need(height: number): PDFPage {
    const page = this.#pages.at(-1);
    return page !== undefined && this.#y - height >= PAGE.margin ? page : this.#turn();
  }

  #turn(): PDFPage {
    const page = this.document.addPage([PAGE.width, PAGE.height]);
    this.#pages.push(page);
    this.#y = PAGE.height - PAGE.margin;
    return page;
  }
}
