import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dataFolderOf } from './data-folder.js';

const isRoot = process.getuid?.() === 0;

describe('dataFolderOf', () => {
  it('takes the option, then the setting', () => {
    expect(dataFolderOf('here', { ENLACE_DATA: '/there' })).toBe(resolve('here'));
    expect(dataFolderOf(undefined, { ENLACE_DATA: '/there' })).toBe('/there');
  });

  it('is the folder of the system for root, that of the person for others', () => {
    expect(dataFolderOf(undefined, { ENLACE_DATA: '', XDG_DATA_HOME: '/xdg' })).toBe(
      isRoot ? '/var/lib/enlace' : '/xdg/enlace',
    );
    expect(dataFolderOf(undefined, {})).toBe(
      isRoot ? '/var/lib/enlace' : join(homedir(), '.local/share/enlace'),
    );
  });
});
