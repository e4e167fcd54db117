import type { Registry } from '../../protocol/operations.js';

/** What a part of the registrar's desk is given: what was read, and whom to tell what was read after an act. */
export interface RegistryProps {
  readonly registry: Registry;
  readonly onNext: (registry: Registry) => void;
}
