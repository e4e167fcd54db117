/** Marks a room whose work has not landed yet. */
export const ROOM = 'testing';
