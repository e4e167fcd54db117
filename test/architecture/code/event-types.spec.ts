import { AUDIT_EVENT_FIELDS, auditEventTypes } from '@enlace/contracts';
import { describe, expect, it } from '@jest/globals';

import { readText, sourceFiles } from '../house.js';

/**
 * Types of the catalogue that nothing records, each with the reason that was reviewed. One that gets recorded leaves
 * this list for a test that does the act and reads the event.
 */
const UNRECORDED: Readonly<Record<string, string>> = {
  'attachment.erased': 'files go with the content of their thread: `thread.erased` counts them',
  'attachment.opened': 'a file leaves the client as `attachment.saved`, to a file or to a page',
  'attachment.printed': 'the client prints no files: they are saved, on record, before',
  'client.started': 'which client runs is in `session.opened`, as its build',
  'database.accessed': 'of the operator: shipped by pgaudit, off the host',
  'entry.copied': 'a browser cannot know what is copied out of it',
  'entry.opened': 'the upper bound is on record by the server: `entry.delivered`, `entry.fetched`',
  'entry.printed': 'what is printed is exported before: `thread.exported`',
  'history-grant.opened': 'the upper bound is on record by the server: `history-grant.fetched`',
  'migration.applied': 'before the logs of a deployment are open nobody can record',
  'node.started': 'before its first act a node has nothing to answer for',
  'node.stopped': 'a node that is killed cannot say so: its silence is seen by the witnesses',
  'opinion.opened': 'the thread of the opinion is consulted on record: `thread.consulted`',
  'request.exported': 'the step is on record by the server: `request.status-changed`',
  'request.prechecked': 'rules run where the draft is, and the draft never leaves the client',
  'setting.changed': 'settings are read at the start of a process and change with it alone',
  'state.reinstated': 'by break-glass alone: `breakglass.approved`, of the act restore-state',
  'state.suspended': 'by break-glass alone: `breakglass.approved`, of the act suspend-state',
  'thread.handling-lowered': 'the handling of a thread is that of its opening',
  'thread.handling-raised': 'the handling of a thread is that of its opening',
  'thread.onward-shared': 'another State comes in as a member: `thread.member-added`',
  'thread.reminder-set': 'a reminder is sealed in the entries of its thread',
  'witness.removed': 'a State replaces its witness by another key: `witness.added`',
};

/** What is recorded and not yet provoked by a test; with the reason. */
const UNPROVOKED: Readonly<Record<string, string>> = {};

const STORY = /^test\/(?:e2e|hostile|integration|scenarios)\/.*\.spec\.ts$/u;
/** A test that writes an event into the record itself has not provoked it. */
const PLANTED = /\brecord\(/u;

/** The text of all stories, without the lines that only plant an event. */
function stories(): string {
  return sourceFiles()
    .filter((path) => STORY.test(path))
    .flatMap((path) => readText(path).split('\n'))
    .filter((line) => !PLANTED.test(line))
    .join('\n');
}

/** Whether a text names the type in full: neither a longer name, nor a file or a property. */
function isNamed(text: string, type: string): boolean {
  return new RegExp(`(?<![\\w./-])${type.replace('.', '\\.')}(?![\\w-]|\\.[a-z])`, 'u').test(text);
}

describe('the catalogue of events', () => {
  const recorded = Object.keys(AUDIT_EVENT_FIELDS);
  const text = stories();

  it('has a story for each type that is recorded', () => {
    const isTold = (type: string) => isNamed(text, type) || type in UNPROVOKED;
    expect(recorded.filter((type) => !isTold(type) && !(type in UNRECORDED))).toEqual([]);
    expect(Object.keys(UNPROVOKED).filter((type) => isNamed(text, type))).toEqual([]);
  });

  it('has a reviewed reason for each type that is not', () => {
    const absent = auditEventTypes().filter((type) => !recorded.includes(type));
    expect(absent.filter((type) => !(type in UNRECORDED))).toEqual([]);
    const reviewed = Object.entries(UNRECORDED);
    expect(reviewed.filter(([type]) => !auditEventTypes().includes(type))).toEqual([]);
    expect(reviewed.filter(([, reason]) => reason.length < 30)).toEqual([]);
  });

  it('would miss neither a longer name nor a property', () => {
    expect(isNamed(`'case.closed'`, 'case.closed')).toBe(true);
    expect(isNamed('case.closed success', 'case.closed')).toBe(true);
    for (const other of [
      'case.closed-again',
      'my-case.closed',
      'the.case.closed',
      'case.closed.x',
    ]) {
      expect([other, isNamed(other, 'case.closed')]).toEqual([other, false]);
    }
  });
});
