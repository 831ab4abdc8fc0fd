//! Calls, imports and shapes of code, in each of the languages.

use git_plan::model::spec::{Language, PatternKind, Rule, Structure};
use git_plan::verify::{Compiled, Report};

use crate::sandbox::{Sandbox, all, forbids, spec, term};

/// The lines of the hits, by what is marked there.
fn found(kind: PatternKind, path: &str, text: &str, word: &str) -> Vec<String> {
    let sandbox = Sandbox::of(&[(path, text)]);
    marked(&sandbox.report(&spec(&[forbids(kind, &[word])])))
}

fn marked(report: &Report) -> Vec<String> {
    let places = report
        .violations
        .iter()
        .map(|violation| violation.place.as_ref().unwrap());
    places
        .map(|place| format!("{}:{}", place.line, &place.text[place.mark.0..place.mark.1]))
        .collect()
}

fn calls(path: &str, text: &str, word: &str) -> Vec<String> {
    found(PatternKind::Calls, path, text, word)
}

fn imports(path: &str, text: &str, word: &str) -> Vec<String> {
    found(PatternKind::Imports, path, text, word)
}

#[test]
fn calls_are_found_in_each_language() {
    let rust = "fn foo() {}\nfoo(1);\na.foo::<u8>();\nb::foo ();\nfoo!(x);\nassert_eq!(c.foo(2), foo);\n// foo()\n\"foo()\"; let foo = 1;\n";
    let rust = format!("fn main() {{\n{rust}}}\n");
    assert_eq!(
        calls("a.rs", &rust, "foo"),
        ["3:foo", "4:foo", "5:foo", "6:foo", "7:foo"]
    );
    assert_eq!(calls("a.rs", &rust, "b::foo"), ["5:b::foo"]);
    assert_eq!(calls("a.rs", &rust, "foo!"), ["6:foo"]);
    assert_eq!(calls("a.rs", &rust, "/^c\\.f/"), ["7:c.foo"]);
    let python =
        "def foo(): pass\nfoo()\na.b.foo(foo)\n'foo()' # foo()\nf'{foo()}'\nclass foo(foo): pass\n";
    assert_eq!(calls("a.py", python, "foo"), ["2:foo", "3:foo", "5:foo"]);
    assert_eq!(calls("a.py", python, "b.foo"), ["3:b.foo"]);
    let script = "function foo() {}\nfoo();\na?.foo();\nnew Foo(1);\n`${foo()} foo()`;\nx[0].foo();\nthis.b.foo`x`;\nfoo = 1;\n";
    for path in ["a.js", "a.ts", "a.tsx"] {
        let all = ["2:foo", "3:foo", "4:Foo", "5:foo", "6:foo", "7:foo"];
        assert_eq!(calls(path, script, "foo"), all, "{path}");
        assert_eq!(calls(path, script, "new Foo"), ["4:Foo"], "{path}");
        assert_eq!(
            calls(path, script, "this.b.foo"),
            ["7:this.b.foo"],
            "{path}"
        );
    }
    assert_eq!(
        calls("a.ts", "foo<number>(1); a!.foo(); foo!();", "foo"),
        ["1:foo", "1:foo", "1:foo"]
    );
    let go = "package a\nfunc foo() { b.foo(1); foo[int](2) /* foo() */ }\n";
    assert_eq!(calls("a.go", go, "b.foo"), ["2:b.foo"]);
    let java =
        "class A { void foo() { foo(); this.foo(1); new foo<>(2); b.c().foo(); B::foo; } }\n";
    assert_eq!(calls("a.java", java, "foo").len(), 4);
    assert_eq!(calls("a.java", java, "this.foo"), ["1:this.foo"]);
    let c =
        "#define A foo(1)\nint foo(int a);\nint b() { return foo(2) + p->foo(3) + sizeof(foo); }\n";
    assert_eq!(calls("a.c", c, "foo"), ["1:foo", "3:foo", "3:foo"]);
    let cpp = "void f() { a::b::foo<int>(1); new foo(2); x.foo(); foo y; }\n";
    assert_eq!(
        calls("a.cpp", cpp, "b::foo"),
        ["1:b::foo<int>"].map(|_| "1:b::foo")
    );
    assert_eq!(calls("a.cpp", cpp, "foo").len(), 3);
    assert_eq!(
        calls("a.rb", "foo (1)\ndef foo(a)\na.foo()\nfoo 2\n", "foo"),
        ["1:foo", "3:foo"]
    );
}

#[test]
fn imports_are_found_in_each_language() {
    let rust = "use std::{collections::{HashMap as Map, BTreeMap}, io::*};\nuse crate::models::user;\nextern crate regex;\n// use serde::x;\nfn a() { serde::b() }\n";
    assert_eq!(imports("a.rs", rust, "std"), ["1:std"]);
    assert_eq!(imports("a.rs", rust, "std::collections"), ["1:collections"]);
    assert_eq!(imports("a.rs", rust, "HashMap"), ["1:HashMap"]);
    assert_eq!(imports("a.rs", rust, "Map"), [""; 0]);
    assert_eq!(imports("a.rs", rust, "std::io"), ["1:io"]);
    assert_eq!(imports("a.rs", rust, "models::user"), ["2:models::user"]);
    assert_eq!(imports("a.rs", rust, "regex"), ["3:regex"]);
    assert_eq!(imports("a.rs", rust, "serde"), [""; 0]);
    let python = "import os.path as p, re\nfrom models.user import (User as U,\n  Role)\nfrom . import auth0\nfrom auth0.v3 import *\nfrom __future__ import annotations\nx = 'import re'\n";
    assert_eq!(imports("a.py", python, "os"), ["1:os"]);
    assert_eq!(imports("a.py", python, "os.path"), ["1:os.path"]);
    assert_eq!(imports("a.py", python, "re"), ["1:re"]);
    assert_eq!(imports("a.py", python, "models"), ["2:models"]);
    assert_eq!(imports("a.py", python, "models.user"), ["2:models.user"]);
    assert_eq!(imports("a.py", python, "models.user.User"), ["2:User"]);
    assert_eq!(imports("a.py", python, "p"), [""; 0]);
    assert_eq!(imports("a.py", python, "U"), [""; 0]);
    assert_eq!(imports("a.py", python, "Role"), ["3:Role"]);
    assert_eq!(imports("a.py", python, "auth0"), ["4:auth0", "5:auth0"]);
    assert_eq!(imports("a.py", python, "/^auth0\\./"), ["5:auth0.v3"]);
    let script = "import a, { Auth as B } from '@auth0/auth0-react';\nconst x = require(\"auth0/lib\");\nexport * from './models/user';\nimport('auth0');\nimport 'auth0-js';\nfoo('auth0');\n// import 'auth0'\n";
    for path in ["a.js", "a.ts", "a.tsx"] {
        assert_eq!(
            imports(path, script, "auth0"),
            ["2:auth0", "4:auth0"],
            "{path}"
        );
        assert_eq!(
            imports(path, script, "@auth0/auth0-react"),
            ["1:@auth0/auth0-react"],
            "{path}"
        );
        assert_eq!(imports(path, script, "@auth0"), ["1:@auth0"], "{path}");
        assert_eq!(imports(path, script, "Auth"), ["1:Auth"], "{path}");
        assert_eq!(imports(path, script, "B"), [""; 0], "{path}");
        assert_eq!(imports(path, script, "a"), ["1:a"], "{path}");
        assert_eq!(
            imports(path, "import * as foo from 'y';\n", "foo"),
            [""; 0],
            "{path}"
        );
        assert_eq!(
            imports(path, script, "models/user"),
            ["3:models/user"],
            "{path}"
        );
    }
    let go = "package a\nimport (\n\t\"net/http\"\n\tg \"github.com/gin-gonic/gin\"\n)\n";
    assert_eq!(imports("a.go", go, "net/http"), ["3:net/http"]);
    assert_eq!(imports("a.go", go, "gin"), ["4:gin"]);
    assert_eq!(imports("a.go", go, "g"), [""; 0]);
    assert_eq!(
        imports("a.go", go, "github.com/gin-gonic"),
        ["4:github.com/gin-gonic"]
    );
    let java = "import java.util.*;\nimport static org.junit.Assert.assertEquals;\nimport com.auth0.jwt.JWT;\n";
    assert_eq!(imports("a.java", java, "java.util"), ["1:java.util"]);
    assert_eq!(imports("a.java", java, "com.auth0"), ["3:com.auth0"]);
    assert_eq!(imports("a.java", java, "JWT"), ["3:JWT"]);
    assert_eq!(imports("a.java", java, "assertEquals"), ["2:assertEquals"]);
    let c = "#include <stdio.h>\n#include \"net/auth.h\"\n";
    for path in ["a.c", "a.h", "a.cpp"] {
        assert_eq!(imports(path, c, "stdio.h"), ["1:stdio.h"], "{path}");
        assert_eq!(imports(path, c, "net/auth.h"), ["2:net/auth.h"], "{path}");
        assert_eq!(imports(path, c, "auth.h"), ["2:auth.h"], "{path}");
    }
    assert_eq!(
        imports("a.rb", "require 'auth0'\nx = auth0\n", "auth0"),
        ["1:auth0"]
    );
}

fn shape(language: Language, pattern: &str) -> Rule {
    let mut rule = Rule::default();
    rule.matches.structure = vec![Structure {
        language,
        pattern: term(pattern),
    }];
    rule
}

#[test]
fn shapes_are_found_in_each_language() {
    for (language, pattern, path, text, expected) in [
        (
            Language::Rust,
            "$X.unwrap()",
            "a.rs",
            "fn f() { a(b.unwrap()).unwrap(); // c.unwrap()\n}",
            2,
        ),
        (
            Language::Python,
            "print($$$A)",
            "a.py",
            "print(1, 2)\nprint()\n# print(3)\n",
            2,
        ),
        (
            Language::JavaScript,
            "console.log($A)",
            "a.jsx",
            "console.log(1); console.log(1, 2)",
            1,
        ),
        (
            Language::TypeScript,
            "$A as any",
            "a.ts",
            "let x = y as any;",
            1,
        ),
        (
            Language::TypeScript,
            "$A as any",
            "a.tsx",
            "let x = y as any;",
            1,
        ),
        (
            Language::Tsx,
            "<Foo $$$A />",
            "a.tsx",
            "let x = <Foo a='1' />;",
            1,
        ),
        (
            Language::Go,
            "if err != nil { $$$A }",
            "a.go",
            "package a\nfunc f() { if err != nil { return err } }\n",
            1,
        ),
        (
            Language::Java,
            "System.out.println($A);",
            "a.java",
            "class A { void f() { System.out.println(1); } }",
            1,
        ),
        (
            Language::C,
            "strcpy($A, $B)",
            "a.c",
            "void f() { strcpy(a, b); }",
            1,
        ),
        (
            Language::C,
            "strcpy($A, $B)",
            "a.h",
            "inline void f() { strcpy(a, b); }",
            1,
        ),
        (
            Language::Cpp,
            "new $T($$$A)",
            "a.cpp",
            "void f() { new X(1); }",
            1,
        ),
        (
            Language::Go,
            "fmt.Println($$$A)",
            "a.go",
            "package a\nfunc f() { fmt.Println(1, 2) }\n",
            1,
        ),
        (
            Language::Cpp,
            "std::move($A)",
            "a.cpp",
            "void f() { g(std::move(x)); }\n",
            1,
        ),
        (
            Language::Rust,
            "impl $A for $B { $$$C }",
            "a.rs",
            "impl A for B { fn c() {} }\n",
            1,
        ),
        (
            Language::C,
            "$A == NULL",
            "a.c",
            "int f() { return a->b == NULL; }\n",
            1,
        ),
        (
            Language::Rust,
            "$A == $A",
            "a.rs",
            "fn f() { a.b == a.b; a == b }",
            1,
        ),
    ] {
        let sandbox = Sandbox::of(&[(path, text)]);
        let report = sandbox.report(&spec(&[shape(language, pattern)]));
        assert_eq!(
            report.violations.len(),
            expected,
            "{pattern} {path}: {:?}",
            all(&report)
        );
    }
}

#[test]
fn what_is_no_shape_is_said() {
    for (language, pattern) in [
        (Language::Rust, "fn ("),
        (Language::Python, ""),
        (Language::JavaScript, "a; b"),
        (Language::Go, "$$$"),
        (Language::Rust, &"(".repeat(50_000)),
        (
            Language::Rust,
            &format!("{}a{}", "(".repeat(1_000), ")".repeat(1_000)),
        ),
    ] {
        let short: String = pattern.chars().take(9).collect();
        assert!(
            Compiled::new(&spec(&[shape(language, pattern)])).is_err(),
            "{short}"
        );
    }
}

#[test]
fn routes_and_tables_are_found_in_files() {
    let sandbox = Sandbox::of(&[
        (
            "a.js",
            "const app = require('express')();\napp.get('/api/users/:id', (req, res) => {});\n",
        ),
        ("client.js", "axios.get('/api/users/1');\n"),
        (
            "pages/api/users.js",
            "export default function handler(req, res) {}\n",
        ),
        ("a.sql", "-- FROM users\nSELECT * FROM users;\n"),
        (
            "a.py",
            "db.execute('SELECT * FROM users')\nprint('from users')\n",
        ),
        ("a.rb", "create_table :users do |t|\n"),
    ]);
    for route in ["/api/users", "GET /api/users/:id", "/^\\/api\\/users/"] {
        let report = sandbox.report(&spec(&[forbids(PatternKind::ApiRoutes, &[route])]));
        assert!(
            all(&report).iter().any(|one| one.starts_with("a.js:2")),
            "{route}: {:?}",
            all(&report)
        );
        assert!(
            !all(&report).iter().any(|one| one.starts_with("client")),
            "{route}"
        );
    }
    let report = sandbox.report(&spec(&[forbids(PatternKind::ApiRoutes, &["/api/users"])]));
    assert!(
        all(&report).iter().any(|one| one.starts_with("pages/")),
        "{:?}",
        all(&report)
    );
    for table in ["users", "/^users?$/"] {
        let report = sandbox.report(&spec(&[forbids(PatternKind::SqlTables, &[table])]));
        let lines: Vec<String> = all(&report);
        assert_eq!(
            lines,
            ["a.py:1:27 users", "a.rb:1:15 users", "a.sql:2:15 users"]
        );
    }
}

#[test]
fn a_shape_is_asked_of_its_language_only() {
    let deep = format!("x = {}1", "+".repeat(3_000));
    let sandbox = Sandbox::of(&[("p.py", &deep), ("p.rs", "fn f() { unwrap(); }")]);
    let rule = shape(Language::Rust, "$X + 1");
    assert_eq!(all(&sandbox.report(&spec(&[rule]))), [""; 0]);
    let rule = shape(Language::Python, "$X + 1");
    assert_eq!(sandbox.report(&spec(&[rule])).violations.len(), 1);
}

#[test]
fn calls_are_found_in_parentheses_and_with_types() {
    let rust = "fn f(&self) { (self.foo)(2); (foo)(1); (*foo)(); (|| foo)(); }";
    assert_eq!(calls("a.rs", rust, "foo").len(), 3);
    assert_eq!(calls("a.rs", rust, "self.foo"), ["1:self.foo"]);
    let script = "(foo)(1);\nnew (foo)();\n(0, a.foo)(2);\n(() => foo)();\n(foo || b)();\n";
    for path in ["a.js", "a.ts", "a.tsx"] {
        assert_eq!(calls(path, script, "foo"), ["1:foo", "2:foo", "3:foo"]);
        assert_eq!(calls(path, script, "a.foo"), ["3:a.foo"]);
    }
    assert_eq!(calls("a.py", "(foo)(1)\n(a.foo)()\n", "foo").len(), 2);
    let c = "void f() { (*foo)(1); (*a->foo)(2); }";
    assert_eq!(calls("a.c", c, "foo").len(), 2);
    assert_eq!(calls("a.cpp", c, "foo").len(), 2);
    let go = "package a\nfunc f() {\nNewClient[Config](cfg)\na.foo[int](1)\nlo.Map[int, string](c, f)\nfoo[T](1)\nhandlers[0](1)\nhandlers[key](1)\n}\n";
    assert_eq!(calls("a.go", go, "NewClient"), ["3:NewClient"]);
    assert_eq!(calls("a.go", go, "a.foo"), ["4:a.foo"]);
    assert_eq!(calls("a.go", go, "lo.Map"), ["5:lo.Map"]);
    assert_eq!(calls("a.go", go, "foo"), ["4:foo", "6:foo"]);
    assert_eq!(calls("a.go", go, "handlers"), [""; 0]);
    let java = "class A { void f() { A.<T>foo(); this.<List<T>>foo(); } }";
    assert_eq!(calls("a.java", java, "A.foo"), ["1:A.<T>foo"]);
    assert_eq!(calls("a.java", java, "foo").len(), 2);
}
