/** A suppressed rule says why: `// eslint-disable-next-line rule -- reason`. And it names the rule. */
export const explainedSuppression = {
  meta: {
    type: 'problem',
    docs: { description: 'a suppressed lint rule is named and explained' },
    schema: [],
    messages: {
      unexplained: 'Say why beside it: "eslint-disable-next-line <rule> -- <reason>".',
      unnamed: 'Name the rules that are switched off.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const directive = /^\s*eslint-disable(?:-next-line|-line)?\b([\s\S]*)$/.exec(comment.value)?.[1];
          if (directive === undefined) continue;
          const [rules = '', ...reason] = directive.split(/\s-{2,}\s/);
          if (reason.join('').trim() === '') context.report({ loc: comment.loc, messageId: 'unexplained' });
          else if (rules.trim() === '') context.report({ loc: comment.loc, messageId: 'unnamed' });
        }
      },
    };
  },
};
