import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StopSignals } from './stop-signals.js';

describe('StopSignals', () => {
  let terminal: EventEmitter;
  let sent: NodeJS.Signals[];
  let signals: StopSignals;

  beforeEach(() => {
    jest.useFakeTimers();
    terminal = new EventEmitter();
    sent = [];
    signals = new StopSignals({ kill: (signal) => sent.push(signal) > 0 }, terminal);
  });

  afterEach(() => {
    signals.release();
    jest.useRealTimers();
  });

  it('passes the first signal on', () => {
    terminal.emit('SIGTERM');
    expect(sent).toEqual(['SIGTERM']);
    expect(signals.wishes).toBe(1);
  });

  it('stops the server when the terminal is closed', () => {
    terminal.emit('SIGHUP');
    expect(sent).toEqual(['SIGTERM']);
  });

  it('counts a Ctrl-C that arrives from the terminal and from npm as one', () => {
    terminal.emit('SIGINT');
    jest.advanceTimersByTime(399);
    terminal.emit('SIGINT');
    expect(sent).toEqual(['SIGINT']);
    expect(signals.wishes).toBe(1);
  });

  it('passes a second wish on, and ends by force a server that does not answer', () => {
    terminal.emit('SIGINT');
    jest.advanceTimersByTime(400);
    terminal.emit('SIGINT');
    expect(sent).toEqual(['SIGINT', 'SIGINT']);
    expect(signals.wishes).toBe(2);
    jest.advanceTimersByTime(2_000);
    expect(sent).toEqual(['SIGINT', 'SIGINT', 'SIGKILL']);
  });

  it('leaves signals alone once the server has ended', () => {
    terminal.emit('SIGINT');
    signals.release();
    expect(terminal.eventNames()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
