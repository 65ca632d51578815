# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that attack who reads them: spreadsheet, shell, mailer, database, list of lines."""
from letter import LIVE, block, head, report

# name: the recipient as the report writes it
HOSTILE = {
    "formula-minus": b"-1+cmd|x@parcel.example", "formula-pipe": b"=1+cmd|' /C x'!Z0@parcel.example", "formula-at": b"@IMPORTXML(A1)@parcel.example", "formula-plus": b"+31.6@parcel.example",
    "formula-cr": b"\r=9*9@parcel.example", "formula-tab": b"\t+9*9@parcel.example", "formula-wide-at": "\uff20SUM@parcel.example".encode(),
    "formula-in-quotes": b"\"=9*9\"@parcel.example", "formula-behind-blanks": b"   =9*9@parcel.example", "pipe-first": b"|tee@parcel.example",
    "sendmail-queue": b"-oQ/tmp@parcel.example", "sendmail-log": b"-X/tmp/x@parcel.example", "exim-expand": b"-be${run{id}}@parcel.example", "exim-string": b"${readfile{x}}@parcel.example",
    "double-dash": b"--all@parcel.example", "response-file": b"@list@parcel.example", "home": b"~root@parcel.example", "include": b"\":include:/tmp/x\"@parcel.example",
    "alias-pipe": b"\"|tee x\"@parcel.example", "device": b"/dev/null@parcel.example", "upwards": b"../../x@parcel.example", "backquote": b"`id`@parcel.example", "substitution": b"$(id)@parcel.example",
    "separator": b"jonna;id@parcel.example", "ampersand": b"jonna&id@parcel.example", "redirect": b"jonna>x@parcel.example", "glob": b"*@parcel.example", "question": b"jo??a@parcel.example",
    "sql": b"x'--@parcel.example", "sql-list": b"jonna');--@parcel.example", "ldap": b"*)(uid=*@parcel.example", "yaml": b"!!int@parcel.example", "entity": b"&lt;b&gt;jonna@parcel.example",
    "markup": b"<img/src=x>@parcel.example", "tex": b"\\input{x}@parcel.example", "printf": b"%s%s%n%d@parcel.example", "percent-line": b"jonna%0d%0aBcc:x@parcel.example",
    "query": b"jonna\" or tag:inbox or \"@parcel.example", "query-star": b"*\" or \"*@parcel.example", "property": b"nixie.retry=x@parcel.example",
    "json": b"\",\"trust\":\"proven@parcel.example", "csv-cells": b"\"a\",\"b\",\"c\"@parcel.example", "csv-lines": b"\"a\r\n b\"@parcel.example", "two-lines": b"jonna@parcel.example\n other@parcel.example",
    "two-in-one": b"jonna@parcel.example,other@parcel.example", "blank-between": b"jonna other@parcel.example", "encoded-newline": b"=?utf-8?q?jonna=0Aother?=@parcel.example",
    "encoded-at": b"=?utf-8?q?other=40parcel.example?=", "local-65": b"l" * 65 + b"@parcel.example", "local-64": b"l" * 64 + b"@parcel.example",
    "domain-256": b"jonna@" + b".".join([b"d" * 50] * 5) + b".example", "label-64": b"jonna@" + b"d" * 64 + b".example", "all-321": b"l" * 60 + b"@" + b"d." * 127 + b"example",
    "dots": b".jonna..x.@parcel.example", "domain-dots": b"jonna@..parcel..example", "hyphen-label": b"jonna@-parcel-.example", "numbers": b"1@1.1", "single-label": b"jonna@localhost",
    "bad-a-label": b"jonna@xn--\xff.example", "a-label-of-ascii": b"jonna@xn--parcel-.example", "literal": b"jonna@[192.0.2.9]", "literal-odd": b"jonna@[192.0.2.999]", "literal-open": b"jonna@[192.0.2.9",
    "at-in-quotes": b"\"jonna@other.example\"@parcel.example", "source-route": b"@a.example,@b.example:jonna@parcel.example", "percent": b"jonna%inner.example@parcel.example", "bangs": b"a!b!jonna",
    "group": b"crew:jonna@parcel.example,x@parcel.example;", "nobody": b"<>", "only-at": b"@", "double-angle": b"<<jonna@parcel.example>>", "half-angle": b"<jonna@parcel.example",
    "unended-quote": b"\"jonna@parcel.example", "escapes": b"\"jo\\\"\\\\nna\"@parcel.example", "comments": b"(a(b(c)))jonna(x)@(y)parcel.example(z)", "telephone": b"+1 555 0100", "x500": b"/o=Depot/ou=Rooms/cn=Recipients/cn=jonna",
    "x400": b"/G=Jonna/S=Parcel/O=Depot/C=FI/", "capsule": b"IMCEAEX-_O=DEPOT_CN=+1B+5B2J@parcel.example", "capsule-broken": b"IMCEASMTP-+GG+@parcel.example", "capsule-capsule": b"IMCEASMTP-" * 20 + b"jonna+40x@parcel.example",
    "srs": b"SRS1=" * 30 + b"x=y=SRS0=a=b=parcel.example=jonna@fwd.example", "batv": b"prvs=" * 40 + b"jonna@parcel.example", "nul": b"jon\0na@parcel.example",
    "thousand-ats": b"jonna" + b"@x" * 1000, "thousand-angles": b"<" * 9000 + b"jonna@parcel.example" + b">" * 9000, "thousand-groups": b"a:" * 9000 + b";" * 9000,
    "thousand-comments": b"(" * 9000 + b"jonna@parcel.example", "thousand-quotes": b"\"" * 9001 + b"@parcel.example", "thousand-escapes": b"\"" + b"\\" * 9001 + b"\"@parcel.example",
}
# No such line may ever come out of a report that never named that mailbox.
NEVER = {"two-lines": ["other@parcel.example"], "encoded-at": ["other@parcel.example"], "nul": ["jon", "na@parcel.example"], "at-in-quotes": ["jonna@other.example"]}
MUST_NOT = "a line, a cell or an option of its own; an address that nobody named; a crash of who parses addresses"


def messages():
    live = [LIVE.decode()]
    for name, address in HOSTILE.items():
        n = name.encode()
        yield ("address-" + name, "address", report(n, [block(), block(address, more=b"Original-Recipient: rfc822;" + address + b"\n")],
                                                    head(n, sender=address, more=b"X-Failed-Recipients: " + address + b"\nReply-To: " + address + b"\n")),
               live, NEVER.get(name, []), MUST_NOT)
