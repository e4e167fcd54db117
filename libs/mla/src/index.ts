export {
  CATALOGUE,
  type Group,
  type RuleKind,
  type RuleText,
  type Severity,
} from './catalogue/catalogue.js';
export { shippedProvisions, type Provision } from './basis/provisions.js';
export { labelOf, LANGUAGES, type Language, type Text } from './catalogue/labels.js';
export { check, checkText } from './check/check.js';
export { orderBasis, type OrderedBasis } from './basis/basis-order.js';
export { describe, ENGINE_ERROR, type Basis, type Finding } from './check/finding.js';
export { describeVerdict, printReport } from './check/print.js';
export { noticeOf, printText } from './check/print-text.js';
export {
  EXIT_CODES,
  NOT_CHECKED,
  type Alternative,
  type MalformedReport,
  type Report,
  type SoundReport,
  type Unknown,
  type Verdict,
} from './check/report.js';
export {
  confirmPacks,
  type ConfirmedFact,
  type ConfirmedPacks,
  type FactStatement,
} from './packs/confirmed-facts.js';
export { readFactValue } from './packs/fact-place.js';
export { readRuleReview, type RuleReview } from './packs/rule-review.js';
export type { Bilingual, Confidence, Fact } from './packs/fact.js';
export type { FactUse } from './packs/fact-reader.js';
export { governing, TREATIES, type Governing, type Treaty } from './packs/governing.js';
export type { CountryPack, InstrumentPack, PackFile, PackReview } from './packs/pack-schema.js';
export { PacksInvalid, parsePacks, type PackSet } from './packs/pack-set.js';
export { shippedPacks } from './packs/shipped.js';
export { status, type Status } from './packs/status.js';
export { isIsoDate, parseDay, type IsoDate } from './request/days.js';
export { mlaRequestJsonSchema, SCHEMA_VERSION, type MlaRequest } from './request/model.js';
export { parseRequest, readRequest, type ParsedRequest } from './request/parse.js';
export { readAnswers, readOpinion, type GivenAnswers, type Opinion } from './request/opinion.js';
export { requestTexts } from './request/texts.js';
export { digestOf } from './packs/digest.js';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './request/problem.js';
export { catalogueTable } from './tables/catalogue-table.js';
export { inWords } from './tables/offence-facts.js';
export { offenceTable, type TableRequest } from './tables/offence-table.js';
export { packDifference } from './tables/pack-difference.js';
export { printCsv, printMarkdown } from './tables/print-table.js';
export type { Cell, Provenance, Table } from './tables/table.js';
export { treatyMatrix } from './tables/treaty-matrix.js';
export { type Block } from './document/blocks.js';
export {
  project,
  SHOWABLE,
  type Projection,
  type ProjectionOptions,
  type Showable,
} from './document/projection.js';
export { withoutGuardedNames, withoutNames } from './document/hidden-names.js';
export { personsNamedIn } from './document/protected-names.js';
export { remindersOf, type RequestReminders } from './life/reminders.js';
export {
  DOCUMENT_FORMATS,
  writeDocument,
  type DocumentFormat,
  type WriteOptions,
  type WrittenDocument,
} from './formats/write-document.js';
export { printDocument } from './formats/print-document.js';
export type { Typeface } from './formats/pdf-fonts.js';
export { render, type FormalDocument, type Section } from './document/render.js';
export { isWaivable, openBlockers, takesTwo, waivedPart, type Waiver } from './check/waiving.js';
export { requestFields, type RequestField } from './form/request-fields.js';
export {
  codeWords,
  factWords,
  fieldWords,
  FORM_SECTIONS,
  measureFields,
  referredList,
  sectionOf,
} from './form/request-form.js';
