// All elements, defined, and what a page's own script may want beside them.
import '../../components/all.ts';

export * from '../../components/core/index.ts';
