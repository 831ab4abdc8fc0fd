//! Names in comments and strings do not count, in each of the languages; `expressions` finds them
//! there. In these texts `code` stands in code and `text` in comments and strings.

use git_plan::model::spec::PatternKind;
use git_plan::verify::What;

use crate::sandbox::{Sandbox, forbids, spec};

fn check(path: &str, text: &str) {
    check_all(path, text, 0);
}

fn check_all(path: &str, text: &str, expected_errors: usize) {
    let sandbox = Sandbox::of(&[(path, text)]);
    let found = |kind, word: &str| {
        let report = sandbox.report(&spec(&[forbids(kind, &[word])]));
        let errors = report
            .notes
            .iter()
            .filter(|note| note.what == What::SyntaxErrors)
            .count();
        assert_eq!(errors, expected_errors, "{path} does not parse");
        let places = report
            .violations
            .into_iter()
            .filter_map(|violation| violation.place);
        places
            .map(|place| format!("{}:{} {}", place.line, place.column, place.text))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(PatternKind::Identifiers, "text"), [""; 0], "{path}");
    let count = |word: &str| text.matches(word).count();
    let code = found(PatternKind::Identifiers, "code");
    assert_eq!(code.len(), count("code"), "{path}: {code:#?}");
    assert_eq!(
        found(PatternKind::Expressions, "text").len(),
        count("text"),
        "{path}"
    );
    // An expression finds the same.
    assert_eq!(
        found(PatternKind::Identifiers, "/\\bcode\\b/").len(),
        count("code"),
        "{path}"
    );
    assert_eq!(
        found(PatternKind::Identifiers, "/^text$/"),
        [""; 0],
        "{path}"
    );
}

#[test]
fn rust() {
    check(
        "a.rs",
        r####"//! text
#![doc = "text"]
/// text
/* text /* text */ text */
#[cfg(feature = "text")]
fn code<'code>(code: &'code str) -> char {
    let code = r#"text "text" text"#;
    let b = b"text\" text";
    let c = c"text";
    println!("text {} {{text}}", code, r##"text"# text"##);
    vec![/* text */ code, "text"]; // text
    'code: loop { break 'code 'x' }
    macro_rules! m { ("text" $code:expr) => { code!("text", 't') } }
    code.code::<code>("multi
        text \
        text")
}
"####,
    );
}

#[test]
fn python() {
    check(
        "a.py",
        r####"#!/usr/bin/text
"""text
text"""
from code import code  # text
def code(code: "text" = 'text'):
    '''text'''
    a = r"text\"text" + 'text'
    b = f"text {code} {{text}} {code!r:text} {code:{code}} {f'text {code}'}"
    c = f"""text {
        code  # text
    } text"""
    d = b'text' "text" u"text"
    e = "text \" text" + code["text"]
    return code.code(code='text')
"####,
    );
}

#[test]
fn javascript() {
    check(
        "a.js",
        r####"#!/usr/bin/env text
/** text */
import code from 'text';
const code = `text ${code + `text ${code} text` + "text"} text \${text}`; // text
const re = /text[/]text/gi, s = "text\"text", t = 'text';
code`text ${code}`;
function code({ code }) { return code /* text */ / code / 2; }
class code { #code = 1; static code() { return this.#code } }
"####,
    );
    check(
        "a.jsx",
        r####"const code = <code code="text" b={code}>text {code} &text; {/* text */} {"text"}
  text</code>;
"####,
    );
}

#[test]
fn typescript() {
    check(
        "a.ts",
        r####"// text
import { code } from "text";
type code = `text${code}text` | "text" | 'text';
interface code<code> { code: code; "text": string }
const code: code = `text ${code as code} text`;
@code("text") class A { private code?: code; code(): code { return <code>"text" } }
enum code { code = 'text' }
/* text */
"####,
    );
    check(
        "a.tsx",
        r####"const code = (p: code) => <code.code a="text" {...code}>text {`text ${code}`} text</code.code>;
"####,
    );
}

#[test]
fn go() {
    check(
        "a.go",
        r####"// text
package code

import code "text"

/* text
text */
func code(code string) rune {
	a := `text "text" \`
	b := "text \" text" + code // text
	code.code(a, b, struct{ code int `text:"text"` }{code: 1})
	return '"'
}
"####,
    );
}

#[test]
fn java() {
    check(
        "a.java",
        r####"/** text {@code} */
package code.code; // text
@code("text")
class code<code> extends code {
    String a = "text \" text", b = """
        text "text" \""" text
        """;
    char c = '"';
    code code(code code) { return code.code("text", /* text */ code::code); }
}
"####
            .replace("{@code}", "{text}")
            .as_str(),
    );
}

#[test]
fn c() {
    check(
        "a.c",
        r####"/* text */ // text
#include <text.h>
#include "text.h"
#define code(code) code("text", 'c') + code // text
#define TWO code \
    "text" code
#ifdef code
#pragma code
#endif
#error text isn't here
static const char *code = "text" L"text" "a\
text";
int code(struct code *code) { return code->code['\''] + code("text \" text"); }
"####,
    );
}

#[test]
fn cpp() {
    check(
        "a.cpp",
        r####"// text
#include <text>
namespace code { using code::code; }
auto code = R"(text "text" )x text)" + R"x(text )" text)x" + u8R"(text)" + LR"(text)";
template <typename code> class code : public code {
  code() : code("text") {} /* text */
  char a = 'a', b = u8'"'; int n = 1'000'000 + code;
  auto code() -> decltype(code) { return "text"_sv + code::code<code>("text"); }
};
"####,
    );
    check(
        "a.h",
        "#define code \"text\"\nstruct code { int code; }; /* text */\n",
    );
}

#[test]
fn strings_in_the_bodies_of_macros() {
    let text =
        "#define A R\"(text\") text)\" code\n#define B(a) a /* text */ \"text\" code\nint code;\n";
    for path in ["a.c", "a.cpp", "a.h"] {
        let sandbox = Sandbox::of(&[(path, text)]);
        let lines = |word| -> Vec<u32> {
            let report = sandbox.report(&spec(&[forbids(PatternKind::Identifiers, &[word])]));
            let places = report
                .violations
                .iter()
                .filter_map(|one| one.place.as_ref());
            places.map(|place| place.line).collect()
        };
        assert_eq!(lines("text"), [0; 0], "{path}");
        assert_eq!(lines("code"), [1, 2, 3], "{path}");
    }
}

#[test]
fn what_does_not_parse_is_searched_and_said_so() {
    let sandbox = Sandbox::of(&[("a.rs", "fn f( { needle(\"needle\") // needle\n")]);
    let report = sandbox.report(&spec(&[forbids(PatternKind::Identifiers, &["needle"])]));
    assert_eq!(report.violations.len(), 1);
    assert_eq!(report.notes.len(), 1);
    assert_eq!(report.notes[0].what, What::SyntaxErrors);
}

#[test]
fn literals_of_several_words_are_found_in_code_only() {
    let text = "from models import User # from models import User\njwt.sign(x) + 'jwt.sign'\nreturnLines[index]\nclass User: pass\n";
    let sandbox = Sandbox::of(&[("a.py", text)]);
    let literals = [
        "from models import User",
        "jwt.sign",
        "returnLines[index]",
        "class User",
    ];
    let report = sandbox.report(&spec(&[forbids(PatternKind::Identifiers, &literals)]));
    let lines: Vec<_> = report
        .violations
        .iter()
        .map(|one| one.place.as_ref().unwrap().line)
        .collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}

#[test]
fn a_path_of_names_may_stand_apart() {
    let text = "jwt\n  .sign(x); jwt?.sign(x); // jwt .sign\n'jwt . sign'; a$jwt.sign; $scope\n";
    let sandbox = Sandbox::of(&[("a.js", text), ("a.txt", "A jwt. Sign it.\n")]);
    let rule = forbids(PatternKind::Identifiers, &[" jwt.sign ", "scope"]);
    let report = sandbox.report(&spec(&[rule]));
    let places = report
        .violations
        .iter()
        .filter_map(|one| one.place.as_ref());
    let places: Vec<_> = places.map(|place| (place.line, place.column)).collect();
    assert_eq!(places, [(1, 1), (2, 13)]);
}
