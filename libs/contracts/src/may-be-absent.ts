import { ValidateIf } from 'class-validator';

/** Absent, and not null: a form that says nothing of something says so in one way. */
export const MayBeAbsent = () => ValidateIf((_, value: unknown) => value !== undefined);
