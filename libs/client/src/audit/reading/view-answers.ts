import type { AuditPlotPoint, AuditReach, AuditViewShown } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';

import { AnswerMalformed } from '../../transport/client-error.js';

/** The table of a view with its plot and how far it reaches, and the whole answer for programs. */
export type ViewAnswer = Pick<AuditViewShown, 'count' | 'isMore' | 'columns' | 'rows' | 'plot'> &
  Pick<AuditReach, 'lastIntegrated'> & {
    readonly scope: string | null;
    readonly answer: JsonObject;
  };

/** Throws `client.answer-malformed`. */
// Attacker-controlled: every member of the answer.
export function readViewAnswer(answer: JsonObject): ViewAnswer {
  const { count, isMore, columns, rows, plot, scope } = answer;
  const isTable = isTexts(columns) && isRows(rows);
  const isCounted = typeof count === 'number' && typeof isMore === 'boolean';
  const isScope = scope === null || typeof scope === 'string';
  if (!isCounted || !isTable || !isScope || !Array.isArray(plot)) throw new AnswerMalformed('view');
  const points: readonly JsonValue[] = plot;
  const lastIntegrated = readPlace(answer['lastIntegrated'] ?? null);
  const told = { count, isMore, columns, rows, scope, lastIntegrated, answer };
  return { ...told, plot: points.map(readPoint) };
}

function readPoint(value: JsonValue): AuditPlotPoint {
  const { series, at, value: number } = isJsonObject(value) ? value : {};
  if (typeof series !== 'string' || typeof at !== 'string' || typeof number !== 'number') {
    throw new AnswerMalformed('plot');
  }
  return { series, at, value: number };
}

function readPlace(value: JsonValue): AuditReach['lastIntegrated'] {
  if (value === null) return null;
  const { origin, index } = isJsonObject(value) ? value : {};
  if (typeof origin !== 'string' || typeof index !== 'number') {
    throw new AnswerMalformed('lastIntegrated');
  }
  return { origin, index };
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRows(value: JsonValue | undefined): value is AuditViewShown['rows'] {
  const isCell = (each: JsonValue) => each === null || ['string', 'number'].includes(typeof each);
  return (
    Array.isArray(value) && value.every((row: JsonValue) => Array.isArray(row) && row.every(isCell))
  );
}
