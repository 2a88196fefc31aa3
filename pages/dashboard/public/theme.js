// Takes the remembered appearance before the first paint. A classic script, because modules run after it; a file, because
// the page's Content-Security-Policy allows no inline script. main.ts has the switch.
try {
  const theme = globalThis.localStorage.getItem('nunect/theme@1');
  if (theme === 'light' || theme === 'dark') globalThis.document.documentElement.dataset.theme = theme;
} catch {
  // storage is refused here: as the system says
}
