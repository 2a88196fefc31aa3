/** Known to public/theme.js, too. */
const STORAGE_KEY = 'nunect/theme@1';

/**
 * The switch between light, dark and what the system says. Remembered in this browser; other open pages of this origin
 * follow.
 */
export function initThemeSwitch(group: HTMLElement): void {
  const choose = (theme: string | null): void => {
    const known = theme === 'light' || theme === 'dark' ? theme : null;
    if (known) document.documentElement.dataset['theme'] = known;
    else delete document.documentElement.dataset['theme'];
    const button = group.querySelector<HTMLInputElement>(`input[value="${known ?? 'auto'}"]`);
    if (button) button.checked = true;
  };
  choose(document.documentElement.dataset['theme'] ?? null);
  group.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    choose(target.value);
    remember(target.value);
  });
  addEventListener('storage', ({ key, newValue }) => {
    if (key === STORAGE_KEY) choose(newValue);
  });
}

function remember(theme: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // storage is refused here: it holds until the page is closed
  }
}
