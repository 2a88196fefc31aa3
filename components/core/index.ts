/** The foundation of the kit, for those who write elements of their own on it. */
export * from './element/index.ts';
export * from './sources/index.ts';
export * from './transport/index.ts';
