import { isDomainError } from '@enlace/kernel';
import { Component, type ReactNode } from 'react';

import { ProblemNotice } from './problem-notice.js';

interface State {
  readonly code: string | null;
}

/** Shows a problem instead of a blank page when a page fails to load or to render. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { code: null };

  static getDerivedStateFromError(error: unknown): State {
    return { code: isDomainError(error) ? error.code : 'client.fault' };
  }

  override render(): ReactNode {
    const { code } = this.state;
    return code === null ? (
      this.props.children
    ) : (
      <ProblemNotice code={code} onRetry={() => location.reload()} />
    );
  }
}
