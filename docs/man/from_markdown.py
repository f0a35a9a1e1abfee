"""Makes a manual page (mdoc) of a page of docs/, so that nobody keeps two texts:
    from_markdown.py PAGE.md NAME SECTION DESCRIPTION > NAME.SECTION
Knows what those pages use: headings, paragraphs, lists, tables (a table becomes a list of its first column), code blocks,
`code` and [links](target)."""
import os
import re
import sys
import textwrap
import time
from pathlib import Path

WIDTH = 78


def escape(text):
    text = text.replace("\\", "\\e")
    return "".join(c if ord(c) < 128 else {"…": "...", "–": "\\(en", "—": "\\(em"}.get(c, f"\\[u{ord(c):04X}]") for c in text)


def inline(text):
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"`([^`]*)`", text)
    for i, part in enumerate(parts):
        part = escape(part)
        # Code is bold, and does not break: its blanks are those that stay together.
        parts[i] = "\\fB" + part.replace(" ", "\\ ") + "\\fR" if i % 2 else re.sub(r"\*\*?([^*]+)\*\*?", r"\\fI\1\\fR", part)
    return "".join(parts)


def paragraph(text):
    """One sentence a line at least, none too long, none that looks like a macro."""
    lines = []
    for sentence in re.split(r"(?<=[.!?])(?:(?<=\.\)))?\s+(?=\S)", inline(" ".join(text.split()))):
        for line in textwrap.wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False):
            lines.append("\\&" + line if line[0] in ".'" else line)
    return lines


def cells(row):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def table(rows):
    head, items = [one.lower() for one in cells(rows[0])], [cells(row) for row in rows[2:]]
    lines = [".Bl -tag -width Ds"]
    for item in items:
        lines.append(".It " + (inline(item[0]) or "\\&"))
        named = {name: value for name, value in zip(head[1:], item[1:]) if value}
        short = [named.pop("type", "")]
        default = named.pop("default", "")
        if default:
            short.append(default if default == "required" else f"default: {default}")
        if any(short):
            said = "; ".join(one for one in short if one)
            lines += paragraph(said[0].upper() + said[1:] + ".")
        for value in named.values():
            value = value[0].upper() + value[1:]
            lines += paragraph(value if value[-1] in ".!?" else value + ".")
    return [*lines, ".El"]


def blocks(text):
    """Pairs of a kind and its lines."""
    lines, i = text.splitlines(), 0
    while i < len(lines):
        line, begin = lines[i], i
        if line.startswith("```"):
            i = lines.index("```", i + 1) + 1
            yield "code", lines[begin + 1:i - 1]
        elif line.startswith("    ") and line.strip():
            while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                i += 1
            yield "code", textwrap.dedent("\n".join(lines[begin:i])).rstrip().splitlines()
        elif line.startswith("#"):
            i += 1
            yield "h" + str(len(line) - len(line.lstrip("#"))), [line.lstrip("# ")]
        elif line.startswith("|"):
            while i < len(lines) and lines[i].startswith("|"):
                i += 1
            yield "table", lines[begin:i]
        elif line.startswith("* ") or line.startswith("- "):
            while i < len(lines) and lines[i].strip():
                i += 1
            yield "list", re.split(r"\n[*-] ", "\n".join(lines[begin:i])[2:])
        elif line.strip():
            while i < len(lines) and lines[i].strip() and not re.match(r"[|#*]|```|- ", lines[i]):
                i += 1
            yield "text", lines[begin:i]
        else:
            i += 1


def body(text):
    fresh = True  # a paragraph macro would be one too many
    for kind, lines in blocks(text):
        if kind in ("h2", "h3", "h4"):
            name = lines[0].replace("`", "")
            # A zero-width end keeps a bracket from being taken for punctuation.
            yield (".Sh " if kind == "h2" else ".Ss ") + escape(name) + ("\\&" if name[-1] in ")].,:" else "")
            fresh = True
            continue
        if not fresh and kind in ("text", "list"):
            yield ".Pp"
        if kind == "text":
            yield from paragraph(" ".join(lines))
        elif kind == "list":
            yield ".Bl -bullet"
            for item in lines:
                yield ".It"
                yield from paragraph(item)
            yield ".El"
        elif kind == "table":
            yield from table(lines)
        elif kind == "code":
            yield ".Bd -literal -offset indent"
            yield from ("\\&" + escape(line) if line[:1] in (".", "'") else escape(line) for line in lines)
            yield ".Ed"
        fresh = False


def main(page, name, section, description):
    text = Path(page).read_text(encoding="utf-8")
    text = re.sub(r"\A# .*\n", "", text)
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    print(f".Dd {time.strftime('%B', moment)} {moment.tm_mday}, {moment.tm_year}\n.Dt {name.upper()} {section}\n.Os")
    print(f".Sh NAME\n.Nm {name}\n.Nd {description}\n.Sh DESCRIPTION")
    print("\n".join(body(text)))
    print(".Sh SEE ALSO\n.Xr winrmctl 8 ,\n.Xr winrmd 8")


if __name__ == "__main__":
    main(*sys.argv[1:])
