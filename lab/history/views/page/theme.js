import { $ } from './element.js';

const key = 'leaklab-theme';

/** Follows the reader's choice of a theme, and keeps it where the browser lets a file keep anything. */
export function followTheme() {
  const select = $('#theme');
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    select.value = theme;
  };
  try {
    apply(localStorage.getItem(key) ?? 'os');
  } catch {
    apply('os');
  }
  select.addEventListener('change', () => {
    apply(select.value);
    try {
      localStorage.setItem(key, select.value);
    } catch {
      // storage is switched off: the choice holds for this visit
    }
  });
}
