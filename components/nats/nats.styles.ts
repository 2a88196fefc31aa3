import { css } from 'lit';
import { textStyle, tokenValues } from '../core/element/tokens.ts';

export const styles = css`
  :host {
    display: contents;
  }

  /* only here: the host is invisible, and the page's own content inherits from it */
  .place {
    ${tokenValues}
    ${textStyle}
    display: grid;
    justify-items: center;
    padding: 24px 16px;
  }

  .panel {
    width: min(100%, 360px);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    padding: 20px;
    background: var(--_surface);
  }
`;
