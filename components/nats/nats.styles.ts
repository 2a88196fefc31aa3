import { css } from 'lit';

export const styles = css`
  :host {
    display: contents;
  }

  .place {
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
