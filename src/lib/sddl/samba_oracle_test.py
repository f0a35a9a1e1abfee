#!/usr/bin/python3
"""Compares the SDDL parser, the writer and the access check with samba's.

usage: samba_oracle_test.py PROBE   (testing/sddl_probe.cpp)

Texts come from three sources: good ones by hand, random ones that follow the grammar, and random damage to those.
Where the two differ, the difference must be one of those listed here, with its reason.
"""
import os
import random
import re
import subprocess
import sys

from samba.dcerpc import security
from samba.security import access_check

DOMAIN = "S-1-5-21-1-2-3"
SAMBA_DOMAIN = security.dom_sid(DOMAIN)
RANDOM_TEXTS = 3000
DAMAGED_TEXTS = 4000
CHECKS = 4000

ALIASES = (
    "WD CO CG OW NU IU SU AN ED PS AU RC SY LS NS WR BA BU BG PU AO SO PO BO RE RU RD NO MU LU IS CY ER CD RA ES MS "
    "HA AA RM AC LW ME MP HI SI AS SS UD RO LA LG DA DU DG DC DD CA SA EA PA CN AP KA EK RS"
).split()
RIGHTS = "GA GR GW GX RC SD WD WO CC DC LC SW RP WP DT LO CR FR FW FX".split()
GUIDS = ["ab721a53-1e2f-11d0-9819-00aa0040529b", "BF967ABA-0DE6-11D0-A285-00AA003049E2"]

GOOD = [
    "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)",
    "O:NSG:BAD:P(A;;GA;;;BA)(A;;GRGX;;;AU)",
    "O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;RM)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)",
    "S:(AU;SAFA;GA;;;WD)D:(A;;GA;;;WD)G:BAO:SY",
    "G:S-1-5-32-544D:(A;CIOI;GA;;;DA)O:S-1-5-18",
    "D:", "D:P", "S:", "D:S:", "D:PARAI", "D:AI(A;;GA;;;WD)S:AR", "O:BA", "G:BA",
    "D:(A;;;;;WD)",
    "D:(A;;0x10;;;WD)(A;;0xFFFFFFFF;;;S-1-22-1-4294967295)",
    "D:(A;;GA;;;S-1-4294967296-32)(A;;GA;;;S-1-281474976710655-0)",
    "D:(A;;GA;;;S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15)",
] + ["O:" + alias for alias in ALIASES]

# What we read otherwise than samba 4.17, and why: (text, what the probe says, reason).
DIFFERENT = [
    ("D:NO_ACCESS_CONTROL", "D=NULL[]", "MS-DTYP 2.5.1.1; newer versions of samba read it"),
    ("D:(A;;FA;;;WD)", "0x1f01ff", "MS-DTYP; samba 4.17 has only the low bits of FA"),
    ("D:(A;;KA;;;WD)", "0xf003f", "rights of registry keys: MS-DTYP; unknown to samba 4.17"),
    ("D:(A;;KRKWKX;;;WD)", "0x2001f", "rights of registry keys: MS-DTYP; unknown to samba 4.17"),
    ("D:(A;;16;;;WD)", "0x10", "decimal numbers: MS-DTYP; samba 4.17 reads them as no rights at all"),
    ("D:(A;;020;;;WD)", "0x10", "octal numbers: MS-DTYP; samba 4.17 reads them as no rights at all"),
    ("O:S-1-0x000100000000-7", "O=S-1-0x000100000000-7", "MS-DTYP; samba 4.17 ends the SID at the x"),
    ("O:S-1-010-32", "O=S-1-10-32", "decimal by MS-DTYP; samba reads an authority that begins with 0 as octal"),
    ("D:AIS:P", "D=AI[] S=P[]", "a list with flags and without entries; samba wants an entry before S:"),
    ("O:HO", "O=S-1-5-32-584", "MS-DTYP; unknown to samba 4.17"),
]

# Where we refuse what samba takes: the end of our message, and the reason. A configuration that says something other
# than its author thinks is worse than one that is not read.
STRICTER = [
    ("not one of the parts O:, G:, D: and S:", "samba overlooks a part with another letter"),
    ("the text is empty", "nothing was said; samba makes a descriptor without anything"),
    ("a SID has a number after its authority", "MS-DTYP: at least one; samba takes S-1-5"),
    ("a SID begins with S-1-", "there is no other revision; samba takes S-2-5-32"),
    ("an entry ends with a parenthesis", "samba overlooks what follows the SID"),
    ("a seventh field: conditions and attributes are not supported", "samba 4.17 overlooks it"),
    ("a semicolon is missing: an entry has six fields", "samba overlooks what follows a number, takes ( as its part"),
    ("the number of the rights is missing", "samba reads 0x as 0"),
    ("the number of the rights is above 4294967295", "samba takes the highest number instead"),
    ("there are no rights with these letters", "samba overlooks everything from the first lower-case letter or digit on"),
    ("not one of the flags OI, CI, NP, IO, ID, SA and FA", "likewise"),
    ("not one of the types A, D, OA and OD (in D:), AU, AL, OU and OL (in S:)", "likewise, and takes AD for D, none for A"),
    ("an entry of this type belongs into S:", "an entry that would do nothing where it is"),
    ("an entry of this type belongs into D:", "an entry that would do nothing where it is"),
    ("an entry of this type has no object", "samba overlooks it"),
    ("not a GUID", "samba takes other spellings: braces, 32 digits without dashes"),
    ("more than 1024 entries", "a limit of ours"),
]


def samba_sid(sid):
    if sid is None:
        return "-"
    # MS-DTYP 2.4.2.1: hexadecimal from 2^32 on, and then twelve digits; samba begins one too early, and writes no zeros.
    return re.sub("^S-1-0x([0-9a-f]+)", lambda found: "S-1-" + authority(int(found[1], 16)), str(sid))


def authority(number):
    return "0x%012x" % number if number >= 2**32 else str(number)


def samba_acl(acl, present, prefix):
    if not present:
        return "-"
    result = prefix + ("NULL" if acl is None else "") + "["
    for ace in acl.aces if acl else []:
        objects = ["", ""]
        if ace.type in (5, 6, 7, 8):
            objects[0] = str(ace.object.type) if ace.object.flags & 1 else ""
            objects[1] = str(ace.object.inherited_type) if ace.object.flags & 2 else ""
        result += "(%d,%d,%#x,%s,%s,%s)" % (ace.type, ace.flags, ace.access_mask, *objects, samba_sid(ace.trustee))
    return result + "]"


def flags(kind, letters):
    return "".join(text for bit, text in letters if kind & bit)


def ask_samba(text):
    """What the probe would say; None where samba refuses the text."""
    try:
        sd = security.descriptor.from_sddl(text, SAMBA_DOMAIN)
    except TypeError:
        return None
    return describe_samba(sd)


def describe_samba(sd):
    dacl = samba_acl(sd.dacl, sd.type & 0x4, flags(sd.type, [(0x1000, "P"), (0x100, "AR"), (0x400, "AI")]))
    sacl = samba_acl(sd.sacl, sd.type & 0x10, flags(sd.type, [(0x2000, "P"), (0x200, "AR"), (0x800, "AI")]))
    return "O=%s G=%s D=%s S=%s" % (samba_sid(sd.owner_sid), samba_sid(sd.group_sid), dacl, sacl)


def ask_probe(probe, lines):
    done = subprocess.run([probe], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    answers = done.stdout.split("\n")[:-1]
    assert len(answers) == len(lines), "%d answers to %d questions" % (len(answers), len(lines))
    return [answer.split("\t") for answer in answers]


def random_sid(rng):
    if rng.random() < 0.6:
        return rng.choice(ALIASES)
    authority = rng.choice(["0", "1", "5", "22", "4294967295", "4294967296", "281474976710655"])
    numbers = [str(rng.choice([0, 1, 32, 544, rng.randrange(2**32)])) for _ in range(rng.randint(1, 15))]
    return "S-1-%s-%s" % (authority, "-".join(numbers))


def random_rights(rng):
    if rng.random() < 0.2:
        return "0x%x" % rng.choice([0, 1, 0x10000000, rng.randrange(2**32)])
    return "".join(rng.choices(RIGHTS, k=rng.randint(0, 4)))


def random_ace(rng, kinds, rights=random_rights, sid=random_sid):
    kind = rng.choice(kinds)
    ace_flags = "".join(rng.sample(["OI", "CI", "NP", "IO", "ID", "SA", "FA"], rng.choice([0, 0, 0, 1, 2, 7])))
    objects = ["", ""]
    if kind.startswith("O"):
        objects = [rng.choice(GUIDS + [""]), rng.choice(GUIDS + [""])]
    return "(%s;%s;%s;%s;%s;%s)" % (kind, ace_flags, rights(rng), *objects, sid(rng))


def random_acl(rng, kinds):
    entries = "".join(random_ace(rng, kinds) for _ in range(rng.choice([0, 1, 2, 5])))
    # Without entries, see DIFFERENT.
    acl_flags = "".join(rng.sample(["P", "AR", "AI"], rng.choice([0, 0, 1, 3]))) if entries else ""
    return acl_flags + entries


def random_text(rng):
    parts = {
        "O": random_sid(rng),
        "G": random_sid(rng),
        "D": random_acl(rng, ["A", "D", "OA", "OD"]),
        "S": random_acl(rng, ["AU", "AL", "OU", "OL"]),
    }
    names = rng.sample(list(parts), rng.randint(1, 4))
    return "".join("%s:%s" % (name, parts[name]) for name in names)


def damaged(rng, text):
    characters = "ABCDGIOPSUWX()();;;::--0123456789x{}. ad"
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        at = rng.randrange(len(text) + 1)
        cut = rng.choice([0, 0, 1, 1, 2])
        put = "".join(rng.choices(characters, k=rng.choice([0, 1, 1, 2])))
        text = text[:at] + put + text[at + cut :]
    return text


def known_to_read_otherwise(text):
    """True for texts with something that DIFFERENT lists, which are not compared otherwise."""
    rights = [entry.split(";")[2] for entry in re.findall(r"\(([^()]*)", text) if entry.count(";") >= 2]
    number = any(field[:1].isdigit() and not field.startswith("0x") for field in rights)
    letters = any(right in field for field in rights for right in ("FA", "KA", "KR", "KW", "KX"))
    return number or letters or re.search(r"S-1-0\d|S-1-0x|HO|NO_ACCESS|[DS]:[PARI]+[A-Z]:", text) is not None


def compare_texts(probe, texts, strict):
    """`strict`: both must take each text. Gives how many both took."""
    taken, failures, reasons = 0, [], {}
    answers = ask_probe(probe, ["parse\t%s\t%s" % (DOMAIN, text) for text in texts])
    for text, ours in zip(texts, answers):
        theirs = ask_samba(text)
        if ours[0] == "ok" and theirs is not None:
            taken += 1
            if ours[1] != theirs and not known_to_read_otherwise(text):
                failures.append((text, ours[1], theirs))
            # What we write means the same to samba.
            again = ask_samba(ours[2])
            if again != ours[1] and not known_to_read_otherwise(ours[2]):
                failures.append((text, "written as " + ours[2], again))
        elif ours[0] == "ok":
            if strict or not known_to_read_otherwise(text):
                failures.append((text, ours[1], "refused by samba"))
        elif theirs is not None:
            reason = next((why for end, why in STRICTER if ours[1].endswith(end)), None)
            reasons[ours[1].split(": ", 1)[1]] = reasons.get(ours[1].split(": ", 1)[1], 0) + 1
            if strict or (reason is None and not known_to_read_otherwise(text)):
                failures.append((text, ours[1], theirs))
        elif strict:
            failures.append((text, ours[1], "refused by both"))
    report(failures, "%d texts, %d taken by both" % (len(texts), taken), reasons)
    return taken


def report(failures, summary, reasons=None):
    print(summary)
    for what, count in sorted((reasons or {}).items()):
        print("  %5d times we alone refuse: %s" % (count, what))
    for text, ours, theirs in failures[:20]:
        print("  DIFFERENT %r\n    we:    %s\n    samba: %s" % (text, ours, theirs))
    if failures:
        sys.exit("%d differences that are not listed" % len(failures))


def compare_differences(probe):
    answers = ask_probe(probe, ["parse\t%s\t%s" % (DOMAIN, text) for text, _, _ in DIFFERENT])
    failures = []
    for (text, expected, reason), ours in zip(DIFFERENT, answers):
        if ours[0] != "ok" or expected not in ours[1]:
            failures.append((text, ours, expected))
        if ask_samba(text) == ours[1]:
            print("  no difference any more: %s (%s)" % (text, reason))
    report(failures, "%d listed differences" % len(DIFFERENT))


def random_check(rng):
    sids = ["S-1-1-0", "S-1-5-11", "S-1-5-2", "S-1-22-1-1000", "S-1-22-2-100", "S-1-22-2-200", "S-1-5-32-544"]
    trustees = sids + ["OW", "BU", "S-1-22-1-1001"]
    bits = [0x80000000, 0x40000000, 0x20000000, 0x10000000, 0x1, 0x10000, 0x100]

    def rights(chosen):
        return "0x%x" % sum(chosen.sample(bits, chosen.randint(2, 5)))

    # Entries for objects are left out: samba overlooks them here, while we let OD deny.
    entries = [random_ace(rng, ["A", "A", "A", "D"], rights, lambda c: c.choice(trustees)) for _ in range(rng.randint(0, 6))]
    text = "O:%sD:%s" % (rng.choice(trustees), "".join(entries))
    return sum(rng.sample(bits, rng.choice([1, 1, 2]))), rng.sample(sids, rng.randint(2, 5)), text


def samba_grants(mask, sids, text):
    token = security.token()
    token.num_sids = len(sids)
    token.sids = [security.dom_sid(sid) for sid in sids]
    try:
        access_check(security.descriptor.from_sddl(text, SAMBA_DOMAIN), token, mask)
    except Exception:  # NTSTATUSError, which is of no public type
        return "denied"
    return "granted"


def compare_checks(probe, rng):
    checks = [random_check(rng) for _ in range(CHECKS)]
    lines = ["check\t%s\t%#x\t%s\t%s" % (DOMAIN, mask, ",".join(sids), text) for mask, sids, text in checks]
    failures, granted = [], 0
    for check, ours in zip(checks, ask_probe(probe, lines)):
        theirs = samba_grants(*check)
        granted += theirs == "granted"
        if ours != [theirs]:
            failures.append((check, ours, theirs))
    report(failures, "%d access checks, %d granted" % (CHECKS, granted))
    assert CHECKS // 10 < granted < CHECKS * 9 // 10, "the checks are too much alike to say anything"


def main():
    probe = sys.argv[1]
    seed = int(os.environ.get("WINRMD_SDDL_SEED", "20261125"))
    print("seed %d" % seed)
    rng = random.Random(seed)
    compare_texts(probe, GOOD, strict=True)
    compare_differences(probe)
    texts = [random_text(rng) for _ in range(RANDOM_TEXTS)]
    compare_texts(probe, texts, strict=True)
    taken = compare_texts(probe, [damaged(rng, rng.choice(texts)) for _ in range(DAMAGED_TEXTS)], strict=False)
    assert taken > DAMAGED_TEXTS // 20, "damage leaves too little to compare"
    compare_checks(probe, rng)


main()
