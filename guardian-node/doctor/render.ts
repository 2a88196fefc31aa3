/** Findings for a terminal, a pipe, or a program. */
import { safeText } from '../../protocol/index.ts';
import type { Finding, FindingState } from './finding.ts';

export interface Look {
  readonly colour: boolean;
  /** Columns of the terminal; lines are broken there. */
  readonly width: number;
}

const MARKS: Readonly<Record<FindingState, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '·' };
const WORDS: Readonly<Record<FindingState, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skip: '-' };
/** SGR codes: green, yellow, red, dim. */
const COLOURS: Readonly<Record<FindingState, string>> = { ok: '32', warn: '33', fail: '31', skip: '2' };

/** Grouped, names in one column, what to do below what is wrong; at the end how many there are of each. */
export function renderFindings(findings: readonly Finding[], look: Look): string {
  const lines: string[] = [];
  const nameWidth = Math.min(34, Math.max(...findings.map(({ name }) => safeText(name, 60).length)));
  let group: string | null = null;
  for (const finding of findings) {
    if (finding.group !== group) {
      if (group !== null) lines.push('');
      lines.push(paint(look, '1', finding.group));
      group = finding.group;
    }
    lines.push(...rows(finding, nameWidth, look));
  }
  lines.push('', summary(findings, look));
  return `${lines.join('\n')}\n`;
}

function rows({ state, name, text, todo }: Finding, nameWidth: number, look: Look): string[] {
  const mark = look.colour ? paint(look, COLOURS[state], MARKS[state]) : WORDS[state].padEnd(4);
  const markWidth = look.colour ? 1 : 4;
  const indent = 2 + markWidth + 1 + nameWidth + 2;
  const shown = safeText(name, 60);
  const [first = '', ...more] = wrapped(safeText(text, 500), look.width - indent);
  const body = (words: string): string => (state === 'skip' ? paint(look, '2', words) : words);
  const name_ = shown.padEnd(nameWidth);
  // A name that is longer than its column has a line of its own.
  const head =
    shown.length > nameWidth
      ? [`  ${mark} ${shown}`, `${' '.repeat(indent)}${body(first)}`]
      : [`  ${mark} ${name_}  ${body(first)}`];
  const rest = more.map((line) => `${' '.repeat(indent)}${body(line)}`);
  const advice = todo === null ? [] : wrapped(`→ ${safeText(todo, 500)}`, look.width - indent);
  return [...head, ...rest, ...advice.map((line) => `${' '.repeat(indent)}${paint(look, COLOURS[state], line)}`)];
}

function summary(findings: readonly Finding[], look: Look): string {
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const [fails, warns] = [count('fail'), count('warn')];
  if (fails + warns === 0) return paint(look, '32;1', `All ${count('ok')} things are in order.`);
  const parts = [
    fails > 0 ? paint(look, '31;1', `${fails} to mend`) : '',
    warns > 0 ? paint(look, '33;1', `${warns} to look at`) : '',
    `${count('ok')} in order`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

function paint({ colour }: Look, code: string, text: string): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Broken between words; a pipe has no width. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(24, width)) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

export function findingsJson(findings: readonly Finding[], exitCode: number): string {
  return `${JSON.stringify({ code: exitCode, findings }, null, 2)}\n`;
}
