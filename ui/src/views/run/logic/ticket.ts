/** A report's ticket in the forms that trackers take. */
import type { Report } from "./evidence";

type Ticket = Report["jira_fields"];

/** Return a ticket as Markdown, the summary as its heading. */
export function asMarkdown({ jira_summary, jira_description_md }: Ticket): string {
  return `# ${jira_summary.replace(/([\\`*_[\]<>])/g, "\\$1")}\n\n${jira_description_md}\n`;
}

/** Return a ticket's description in Jira's own notation. Its Markdown has headings, lists and fenced blocks only. */
export function asJira({ jira_description_md }: Ticket): string {
  const lines: string[] = [];
  let fence = "";
  for (const line of jira_description_md.split("\n")) {
    const [bar] = /^`{3,}/.exec(line) ?? [""];
    if (fence) {
      if (bar === fence && line === bar) {
        fence = "";
        lines.push("{noformat}");
      } else lines.push(line.replaceAll("{noformat}", "{ noformat}"));
    } else if (bar) {
      fence = bar;
      lines.push("{noformat}");
    } else lines.push(jiraLine(line));
  }
  return `${lines.join("\n")}\n`;
}

function jiraLine(line: string): string {
  const [, hashes, heading] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
  if (hashes) return `h${hashes.length}. ${plain(heading ?? "")}`;
  const [, item] = /^\d+\. (.*)$/.exec(line) ?? [];
  if (item !== undefined) return `# ${plain(item)}`;
  return line.startsWith("- ") ? `* ${plain(line.slice(2))}` : plain(line);
}

// Of Markdown's escapes Jira knows some. What else it would mark up, a dash or plus around words, has none yet.
const plain = (text: string): string =>
  text
    .replace(/\\([<>@`])/g, "$1")
    .replaceAll("\\&", "&amp;")
    .replace(/(?<![\p{L}\p{N}\\])([-+^])(?=\S)/gu, "\\$1")
    .replaceAll("??", "\\?\\?");
