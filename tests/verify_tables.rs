//! The tables that SQL names: in its own files, in strings of code, in migrations and models.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use git_plan::verify::tables::{self, Table};

fn names(text: &str, found: Vec<Table>) -> Vec<String> {
    let name = |table: Table| {
        let written = &text[table.range];
        assert!(written.contains(&table.name), "{written} {}", table.name);
        match table.schema {
            Some(schema) => format!("{schema}.{}", table.name),
            None => table.name,
        }
    };
    found.into_iter().map(name).collect()
}

#[track_caller]
fn sql(text: &str, expected: &[&str]) {
    assert_eq!(names(text, tables::in_sql(text)), expected, "{text}");
}

#[test]
fn statements_of_sql() {
    sql(
        "SELECT a.x, b.y FROM a, b AS c, public.d WHERE a.x IN (SELECT y FROM e)",
        &["a", "b", "public.d", "e"],
    );
    sql(
        "select * from users u left join orders o on o.user_id = u.id, tags",
        &["users", "orders", "tags"],
    );
    sql(
        "INSERT INTO users (a, b) VALUES (1, 2); UPDATE accounts SET x = 1 FROM other",
        &["users", "accounts", "other"],
    );
    sql(
        "INSERT users VALUES (1); insert dbo.a (x) SELECT 1 FROM b",
        &["users", "dbo.a", "b"],
    );
    sql(
        "INSERT IGNORE a SET x = 1; INSERT a DEFAULT VALUES",
        &["a", "a"],
    );
    sql(
        "CALL users(1); CALL users; SELECT INSERT('a', 1, 2, 'b')",
        &[],
    );
    sql(
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET x = 1",
        &["a"],
    );
    sql("DELETE FROM a USING b WHERE a.x = b.x", &["a", "b"]);
    sql(
        "CREATE TABLE IF NOT EXISTS a (id INT REFERENCES b (id) ON DELETE CASCADE, FOREIGN KEY (x) REFERENCES c)",
        &["a", "b", "c"],
    );
    sql(
        "ALTER TABLE ONLY \"My Users\" ADD COLUMN x INT; DROP TABLE IF EXISTS a, b; TRUNCATE TABLE c; truncate d, e",
        &["My Users", "a", "b", "c", "d", "e"],
    );
    sql(
        "CREATE UNIQUE INDEX CONCURRENTLY i ON users (lower(email))",
        &["users"],
    );
    sql(
        "SELECT * FROM [dbo].[Users] JOIN `shop`.`orders` USING (id)",
        &["dbo.Users", "shop.orders"],
    );
    sql(
        "CREATE TRIGGER t AFTER UPDATE ON users FOR EACH ROW EXECUTE f()",
        &["users"],
    );
    sql(
        "COMMENT ON TABLE a IS 'x'; COMMENT ON COLUMN s.b.c IS 'FROM d'",
        &["a", "s.b"],
    );
    sql(
        "GRANT SELECT, UPDATE ON users TO bob; ALTER TABLE a RENAME TO b",
        &["users", "a", "b"],
    );
    sql(
        "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN UPDATE SET y = 1",
        &["a", "b"],
    );
}

#[test]
fn what_is_no_table() {
    sql("-- FROM a\n/* FROM b */ SELECT 'x FROM c' FROM d", &["d"]);
    sql(
        "WITH x AS (SELECT 1 FROM a), y (p, q) AS (SELECT * FROM x) SELECT * FROM x JOIN y ON true",
        &["a"],
    );
    sql(
        "SELECT EXTRACT(YEAR FROM ts), x IS DISTINCT FROM y FROM generate_series(1, 2), a",
        &["a"],
    );
    sql(
        "INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2",
        &["a"],
    );
    sql("SELECT * FROM a FOR UPDATE", &["a"]);
    sql("SELECT from_date, t.from FROM a t", &["a"]);
    sql("SELECT a.table, b.update FROM {{ ref('x') }}", &[]);
    sql("FROM ((((", &[]);
}

#[test]
fn an_endless_statement_takes_no_time() {
    let start = std::time::Instant::now();
    for piece in [
        "(",
        "WITH a AS (",
        "SELECT * FROM a, ",
        "'",
        "[a",
        "{",
        "/*",
        "x.",
        "\\",
    ] {
        let text = "SELECT * FROM ".to_owned() + &piece.repeat(100_000);
        tables::in_sql(&text);
        tables::in_plain("a.rb", &text);
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn files_that_are_not_parsed() {
    let text = "class X < ActiveRecord::Migration[7.0]\n  def change\n    create_table :users do |t|\n    end\n    add_column \"orders\", :x, :int\n    execute \"UPDATE items SET a = 1\"\n    execute <<~SQL\n      x\n    SQL\n    say \"Update the users\"\n  end\nend\n";
    assert_eq!(
        names(text, tables::in_plain("db/migrate/1_x.rb", text)),
        ["users", "orders", "items"]
    );
    let text = "<?php // don't\n$q = $db->query('SELECT * FROM posts WHERE id = ?');\nSchema::create('tags', function () {});\n";
    assert_eq!(
        names(text, tables::in_plain("a.php", text)),
        ["posts", "tags"]
    );
}

#[cfg(feature = "grammars")]
mod code {
    use git_plan::model::spec::Language;
    use git_plan::verify::{grammar, tables};

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let language = Language::of_path(path).unwrap();
        let tree = grammar::parse(language, text.as_bytes(), grammar::BUDGET).unwrap();
        assert!(
            !tree.root_node().has_error(),
            "{}",
            tree.root_node().to_sexp()
        );
        let found = tables::in_code(language, text, &tree);
        assert_eq!(super::names(text, found), expected, "{path}");
    }

    #[test]
    fn strings_of_each_language() {
        check(
            "a.rs",
            r##"fn f() { let a = "SELECT \"x\" FROM \"Users\" u"; let b = r#"INSERT INTO logs (a) VALUES ($1)"#; sqlx::query!("DELETE FROM sessions WHERE id = $1", id); /* "SELECT a FROM no" */ }"##,
            &["Users", "logs", "sessions"],
        );
        check(
            "a.py",
            "q = f\"SELECT * FROM {schema}.users WHERE n = '{n}' AND id IN (SELECT id FROM b)\"\nw = '''\n  UPDATE items\n  SET a = 1\n'''\nx = (\"SELECT a \"\n  \"FROM split\")\nz = \"SELECT * FROM %s\" % t\ny = f\"SELECT * FROM log_{year}\"\n",
            &["users", "b", "items", "split"],
        );
        check(
            "a.js",
            "db.query(`SELECT * FROM users WHERE id = ${id}`);\nconst q = 'SELECT a ' +\n  'FROM orders ' + where;\ndb.run('select id from `things` limit 1');\n",
            &["users", "orders", "things"],
        );
        check(
            "a.ts",
            "const q: string = sql`SELECT * FROM ${x} JOIN tags ON 1`;\nconst r = 'INSERT INTO a' + b;\n",
            &["tags", "a"],
        );
        check(
            "a.go",
            "package a\nvar q = `SELECT *\n FROM users`\nvar r = \"DELETE FROM a WHERE \" + w\nfunc (User) TableName() string { return \"people\" }\n",
            &["users", "a", "people"],
        );
        check(
            "A.java",
            "@Table(name = \"users\") class A { @Query(\"SELECT u FROM User u WHERE u.x = :x\") void f() { q(\"UPDATE a SET x = ?\" + \" WHERE y = 1\"); String t = \"\"\"\n  SELECT * FROM blocks\n  \"\"\"; } }",
            &["users", "User", "a", "blocks"],
        );
        check(
            "a.c",
            "const char *q = \"SELECT a \" \"FROM users\"; const char *r = \"DROP TABLE t;\";",
            &["users", "t"],
        );
        check(
            "a.cpp",
            "auto q = R\"(SELECT * FROM raw)\"; auto r = \"CREATE TABLE t (id INT)\";",
            &["raw", "t"],
        );
    }

    #[test]
    fn a_sentence_is_no_sql() {
        let sentences = [
            "Update the users",
            "Select a user from the list",
            "Delete from favorites",
            "Insert into the document",
            "update users set of permissions",
            "Create a table for users",
            "select items from your cart",
            "Drop table cells here",
            "From users with love",
            "Join us",
            "with a user from here",
            "Select an option from menu",
            "create table",
            "UPDATE",
            "delete from here",
            "Select all users from page",
            "choose from users",
            "Copy from clipboard",
            "select one item from the menu below",
            "Merge into main",
            "Select one from the list",
            "Delete from cart",
            "Please select a file from disk",
            "select a file from disk",
            "Select Items From Menu",
            "select text from page to copy",
            "select rows from sheet and continue",
            "Truncate text",
            "Lock table cells",
            "Drop table cells here",
            "Drop table here",
            "delete from cart now",
            "Delete from disk permanently",
            "Create Table",
            "From here",
        ];
        for sentence in sentences {
            check("a.js", &format!("f('{sentence}');\n"), &[]);
        }
    }

    /// Statements in letters of any case, each of which names `users` once.
    const SQL: [&str; 23] = [
        "drop table users",
        "truncate table users",
        "truncate users",
        "lock table users",
        "delete from users",
        "delete from users u",
        "Delete from users u",
        "Delete from users where id in (1)",
        "Select id From users",
        "select id from users",
        "Create Table users (id int)",
        "create table users (id int)",
        "select id from users u",
        "select id from users u;",
        "select id from users limit 1",
        "select name from users order by name",
        "select name from users group by x",
        "select id from users u for update",
        "select id, name from app.users usr",
        "SET x = 1; select id from users u",
        "select u from users u",
        "select max(id) as id from users",
        "insert users values (1)",
    ];

    /// The statement in each of the eight languages.
    fn files(value: &str) -> [(&'static str, String); 9] {
        [
            ("a.rs", format!("fn f() {{ g(\"{value}\"); }}")),
            ("a.py", format!("g('{value}')\n")),
            (
                "b.py",
                format!("g(\"\"\"\n{}\n\"\"\")\n", value.replace(' ', "\n  ")),
            ),
            ("a.js", format!("g(`{value}`);\n")),
            ("a.ts", format!("g('{value}');\n")),
            ("a.go", format!("package a\nfunc f() {{ g(`{value}`) }}\n")),
            (
                "A.java",
                format!("class A {{ void f() {{ g(\"{value}\"); }} }}"),
            ),
            ("a.c", format!("void f() {{ g(\"{value}\"); }}")),
            ("a.cpp", format!("void f() {{ g(R\"({value})\"); }}")),
        ]
    }

    #[test]
    fn sql_in_letters_of_any_case() {
        for statement in SQL {
            for (path, text) in files(statement) {
                let expected = match statement.contains("app.") {
                    true => "app.users",
                    false => "users",
                };
                check(path, &text, &[expected]);
            }
        }
        check(
            "a.js",
            "f('select a from b join users on 1');\n",
            &["b", "users"],
        );
        check(
            "a.js",
            "f('select a from b x join users y on 1');\n",
            &["b", "users"],
        );
    }

    #[test]
    fn what_is_given_to_a_database_is_sql() {
        check(
            "A.java",
            "class A { @Query(\"select u from User u\") void f() { } @Query(value = \"Delete from users\") void g() { s.prepareStatement(\"Delete from as_\"); em.createQuery(\"from Post p\"); } }",
            &["User", "users", "as_", "Post"],
        );
        check(
            "a.py",
            "c.execute('Delete from as_')\nc.executemany('Delete from b', x)\ns.execute(text('Delete from c'))\nsql = 'Delete from d'\n",
            &["as_", "b", "c", "d"],
        );
        check(
            "a.ts",
            "db.query('Delete from as_');\nknex.raw('Delete from b');\nsql`Delete from c`;\nconst deleteQuery = 'Delete from d';\n",
            &["as_", "b", "c", "d"],
        );
        check(
            "a.go",
            "package a\nfunc f() { db.Exec(\"Delete from as_\"); db.QueryRow(\"Select Id From B\"); q := \"Delete from c\" }\n",
            &["as_", "B", "c"],
        );
        check(
            "a.rs",
            "fn f() { sqlx::query!(\"Delete from as_\"); sqlx::query_as::<_, X>(\"Delete from b\"); c.prepare(\"Delete from c\"); }",
            &["as_", "b", "c"],
        );
        check(
            "a.cpp",
            "void f() { sqlite3_exec(db, \"Delete from as_\", 0, 0, 0); const char *sql = \"Delete from b\"; }",
            &["as_", "b"],
        );
    }

    #[test]
    fn the_body_of_a_define() {
        let text = "#define Q \"DELETE FROM users\"\n#define R \"SELECT a \" \\\n  \"FROM things\"\n#define S(x) run(\"INSERT INTO \" x, \"drop table logs\")\n#define T \"Delete from cart\"\n#define U /* \" */ 1\n";
        check("a.c", text, &["users", "things", "logs", "cart"]);
        check("a.cpp", text, &["users", "things", "logs", "cart"]);
        check("a.h", "#define T \"Delete from cart\"\n", &[]);
    }

    #[test]
    fn what_may_be_sql_is_where_the_file_has_more_of_it() {
        check("a.js", "f('Delete from users');\n", &[]);
        check("a.py", "label.text('Delete from users')\n", &[]);
        check(
            "a.js",
            "f('Delete from users'); g('select 1 from logs');\n",
            &["users", "logs"],
        );
    }

    #[test]
    fn migrations_and_models() {
        check(
            "a.py",
            "op.create_table('users', x)\nop.add_column('orders', c)\nop.create_index('ix', 'items', ['a'])\nclass A(Base):\n    __tablename__ = 'accounts'\nclass Meta:\n    db_table = \"people\"\n",
            &["users", "orders", "items", "accounts", "people"],
        );
        check(
            "a.ts",
            "import { Entity } from 'typeorm';\nimport knex from 'knex';\n@Entity('users') class U {}\n@Entity({ name: 'orders' }) class O {}\nknex('things').where({});\nawait knex.schema.createTable('tags', t => {});\nexport const posts = pgTable('posts', {});\nqueryInterface.addColumn('a', 'b', {});\nX.init({}, { tableName: 'ys' });\n",
            &["users", "orders", "things", "tags", "posts", "a", "ys"],
        );
        check(
            "a.rs",
            "diesel::table! { use diesel::sql_types::*; users (id) { id -> Int4, } }\n#[diesel(table_name = posts)] struct P;\n#[sea_orm(table_name = \"tags\")] struct T;\n",
            &["users", "posts", "tags"],
        );
    }
}
