// Judges HTML as the server sent it. One line in, the path of a file; one line out, JSON with what
// is wrong in it. Stays running, because starting takes longer than judging.

import { createInterface } from "node:readline";
import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // A matter of taste, decided by djhtml and by the components.
    "long-title": "off",
    "no-trailing-whitespace": "off",
    "void-style": "off",
    "attribute-boolean-style": "off",
    "no-inline-style": "error",
    // A table's frame that scrolls is a region, whatever element it is.
    "prefer-native-element": ["error", { exclude: ["region"] }],
    // Rows to tick share a name, as radio buttons do.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    // A name on whatever may carry one: lists, figures, table frames that scroll.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
});

for await (const path of createInterface({ input: process.stdin })) {
  const report = await validator.validateFile(path);
  const found = report.results.flatMap((result) =>
    result.messages.map((one) => `${one.ruleId}, line ${one.line}: ${one.message}`),
  );
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
