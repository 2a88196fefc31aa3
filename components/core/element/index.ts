export { age } from './age.ts';
export { connectionContext } from './contexts.ts';
export { define, VERSION } from './define.ts';
export * from './format.ts';
export { NunectElement, type StatusChangeEvent } from './nunect-element.ts';
export { controls, tokens } from './tokens.ts';
