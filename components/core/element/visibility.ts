type Listener = (visible: boolean) => void;

interface Watched {
  readonly listener: Listener;
  onScreen: boolean;
  told: boolean | null;
}

const watched = new Map<Element, Watched>();
let observer: IntersectionObserver | undefined;

/**
 * Tells whether an element can be seen: on screen (with a margin, so that it is fresh when it scrolls in) and in a
 * page that is not hidden. Until the browser has looked, it counts as visible.
 * @returns the function that ends it
 */
export function watchVisibility(element: Element, listener: Listener): () => void {
  if (!observer) {
    observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const each = watched.get(entry.target);
          if (!each) continue;
          each.onScreen = entry.isIntersecting;
          tell(each);
        }
      },
      { rootMargin: '200px' },
    );
    document.addEventListener('visibilitychange', () => watched.forEach(tell));
  }
  const entry: Watched = { listener, onScreen: true, told: null };
  watched.set(element, entry);
  observer.observe(element);
  tell(entry);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}

function tell(each: Watched): void {
  const visible = each.onScreen && document.visibilityState === 'visible';
  if (visible === each.told) return;
  each.told = visible;
  each.listener(visible);
}
