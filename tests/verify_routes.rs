//! The routes that code declares, framework by framework, and the calls of clients that are none.

#![cfg(feature = "grammars")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use git_plan::model::spec::Language;
use git_plan::verify::{grammar, routes};

/// The routes of a file, each as `METHOD /whole/path`.
#[track_caller]
fn routes_of(path: &str, text: &str) -> Vec<String> {
    let language = Language::of_path(path).unwrap();
    let tree = grammar::parse(language, text.as_bytes(), grammar::BUDGET).unwrap();
    assert!(
        !tree.root_node().has_error(),
        "{}",
        tree.root_node().to_sexp()
    );
    let found = routes::find(language, text, &tree, path).into_iter();
    let line = |route: routes::Route| {
        assert!(text.get(route.range).is_some() && text.get(route.declaration).is_some());
        let methods = match route.methods.is_empty() {
            true => "*".to_owned(),
            false => route.methods.join(","),
        };
        format!("{methods} {}", route.paths[0])
    };
    found.map(line).collect()
}

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(routes_of(path, text), expected, "{path}");
}

#[test]
fn express() {
    check(
        "app.js",
        r#"
const express = require('express');
const app = express(), api = express.Router();
app.get('/', (req, res) => res.send('hi'));
app.get('/users/:id', auth, users.show);
app.post(`/users`, [auth, check], create);
app.route('/books').get(list).post(add);
app.use('/static', express.static('public'));
app.get('title');
app.all(['/a', '/b'], handler);
api.delete('/things/:id', async function (req, res) {});
app.use('/api/v1', auth, api);
app.set('/x', 1);
module.exports = (server) => { server.put('/put', h); };
class S { start() { this.app.patch('/p', (req, res) => {}); } }
"#,
        &[
            "GET /",
            "GET /users/:id",
            "POST /users",
            "GET /books",
            "POST /books",
            "* /static",
            "* /a",
            "* /b",
            "DELETE /api/v1/things/:id",
            "* /api/v1",
            "PUT /put",
            "PATCH /p",
        ],
    );
}

#[test]
fn what_a_javascript_client_asks_for_is_no_route() {
    check(
        "client.ts",
        r#"
import axios from 'axios';
import request from 'supertest';
import { http, HttpResponse } from 'msw';
import api from './api';
const app = request(createServer());
const anyName = axios.create({ baseURL: '/api' });
axios.get('/users', config);
axios.post('/users', { a: 1 }, options);
anyName.get('/users', opts);
api.post('/users', user);
api.get('/users', (err, res) => {});
app.get('/users', cb);
request(server).get('/users').expect(200);
$.get('/users', function (data) {});
this.http.get<User[]>('/users', options);
http.get('/users', () => HttpResponse.json({}));
cache.get('/users', fallback);
fetch('/users', init);
client.get('/users', handler);
map.get('/users');
"#,
        &[],
    );
}

#[test]
fn fastify_hono_koa_hapi() {
    check(
        "server.ts",
        r#"
import Fastify from 'fastify';
const fastify = Fastify({ logger: true });
fastify.get<{ Params: P }>('/ping', async () => 'pong');
fastify.get('/opts', { schema }, handler);
fastify.get('/short', { handler: h });
fastify.route({ method: 'POST', url: '/users', handler: create });
fastify.route({ method: ['GET', 'HEAD'], url: '/users/:id', handler });
fastify.register(async (instance, opts) => {
  instance.get('/inner', async (request, reply) => {});
}, { prefix: '/v2' });
async function routes(app, options) { app.get('/deep', h); }
fastify.register(routes, { prefix: '/plug' });
const r = new Router({ prefix: '/koa' });
r.get('/x', async (ctx) => {});
const hono = new Hono().basePath('/h').get('/one', (c) => c.text('')).post('/two', (c) => c.text(''));
server.route([{ method: 'GET', path: '/hapi/{id}', handler: f }, { method: '*', path: '/any', handler: f }]);
"#,
        &[
            "GET /ping",
            "GET /opts",
            "GET /short",
            "POST /users",
            "GET,HEAD /users/:id",
            "GET /v2/inner",
            "GET /plug/deep",
            "GET /koa/x",
            "GET /h/one",
            "POST /h/two",
            "GET /hapi/{id}",
            "* /any",
        ],
    );
}

#[test]
fn decorators_and_files() {
    check(
        "users.controller.ts",
        r#"
@Controller('users')
export class UsersController {
  constructor(private readonly users: Users) {}
  @Get() findAll() { return []; }
  @UseGuards(AuthGuard)
  @Get(':id')
  @Roles('admin')
  findOne(@Param('id') id: string) {}
  @Post('/create') async create(@Body() b: B) {}
}
class Plain { @Get('x') f() {} }
"#,
        &["GET /users", "GET /users/:id", "POST /users/create"],
    );
    check(
        "src/app/(shop)/api/items/[id]/route.ts",
        "export async function GET(request: Request) {}\nexport const POST = async () => {};\nexport const dynamic = 'x';\n",
        &["GET /api/items/[id]", "POST /api/items/[id]"],
    );
    check(
        "pages/api/users/index.js",
        "export default function handler(req, res) {}\n",
        &["* /api/users"],
    );
}

#[test]
fn flask_and_fastapi() {
    check(
        "app.py",
        r#"
app = Flask(__name__)
bp = Blueprint("admin", __name__, url_prefix="/admin")

@app.route("/")
def index(): ...

@app.route("/login", methods=["GET", "POST"])
@limiter.limit("5/minute")
def login(): ...

@bp.get("/users/<int:id>")
async def user(id): ...

app.register_blueprint(bp)
app.add_url_rule("/plain", view_func=plain)
response = requests.get("/users", params=p)
client.get("/login")
session.post("/login", data)

@cache.memoize("/x")
def memo(): ...
"#,
        &[
            "GET /",
            "GET,POST /login",
            "GET /admin/users/<int:id>",
            "GET /plain",
        ],
    );
    check(
        "api.py",
        r#"
router = APIRouter(prefix="/items", tags=["items"])

@router.get("")
async def all(): ...

@router.post("/{item_id}", response_model=Item)
async def create(item_id: int): ...

@router.api_route("/multi", methods=["PUT", "PATCH"])
def multi(): ...

@router.get(path="/named")
def named(): ...

app = FastAPI()
app.include_router(router, prefix="/v1")
web.get("/aio", handler)
app.router.add_post("/aio2", handler)
routes = [Route("/star", endpoint, methods=["POST"]), Mount("/m", routes=[Route("/in", inner)])]
"#,
        &[
            "GET /v1/items",
            "POST /v1/items/{item_id}",
            "PUT,PATCH /v1/items/multi",
            "GET /v1/items/named",
            "GET /aio",
            "POST /aio2",
            "POST /star",
            "GET /m/in",
        ],
    );
}

#[test]
fn django() {
    check(
        "urls.py",
        r#"
from django.urls import path, re_path, include
from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.register(r"users", UserViewSet, basename="user")
urlpatterns = [
    path("", views.index),
    path("articles/<int:year>/", views.year),
    re_path(r"^archive/(?P<slug>[\w-]+)/$", Archive.as_view()),
    url(r'^old/$', old),
    path("api/", include([path("v1/", v1)])),
    path("ext/", include(router.urls)),
]
os.path.join("a", "b")
"#,
        &[
            "* /users",
            "* /",
            "* /articles/<int:year>",
            r"* /archive/(?P<slug>[\w-]+)",
            "* /old",
            "* /api",
            "* /api/v1",
            "* /ext",
        ],
    );
}

#[test]
fn axum_actix_and_rocket() {
    check(
        "main.rs",
        r#"
fn users() -> Router {
    Router::new().route("/", get(list).post(create)).route("/{id}", axum::routing::delete(remove))
}
fn app() -> Router {
    let admin = Router::new().route("/stats", get(|| async {}));
    Router::new()
        .nest("/users", users())
        .nest("/admin", admin)
        .route("/any", any(x))
        .nest("/in", Router::new().route("/line", patch(h)))
}
async fn ask(client: Client) { client.get("/users").send().await; reqwest::get("/x").await; map.get("/y"); }
"#,
        &[
            "GET,POST /users",
            "DELETE /users/{id}",
            "GET /admin/stats",
            "* /any",
            "PATCH /in/line",
        ],
    );
    check(
        "actix.rs",
        r#"
#[get("/hello/{name}")]
async fn hello() {}
#[actix_web::post("/echo")]
/// Says it again.
async fn echo() {}
#[route("/both", method = "GET", method = "HEAD")]
async fn both() {}
fn config(cfg: &mut ServiceConfig) {
    cfg.service(web::scope("/api").service(web::resource("/x").route(web::get().to(a)).route(web::post().to(b))).service(hello))
       .route("/plain", web::put().to(c));
}
fn rocket() { rocket::build().mount("/r", routes![echo]); }
#[cfg(feature = "x")]
fn other() {}
"#,
        &[
            "GET /api/hello/{name}",
            "POST /r/echo",
            "GET,HEAD /both",
            "GET,POST /api/x",
            "PUT /plain",
        ],
    );
}

#[test]
fn go() {
    check(
        "main.go",
        r#"package main
func main() {
	r := gin.Default()
	r.GET("/ping", func(c *gin.Context) {})
	v1 := r.Group("/v1")
	{
		v1.POST("/login", auth, login)
		admin := v1.Group("/admin", mw)
		admin.DELETE("/users/:id", remove)
	}
	r.Any("/any", h)
	http.HandleFunc("GET /items/{id}", items)
	mux.Handle("/files/", http.FileServer(dir))
	m.HandleFunc("/gorilla", h).Methods("GET", http.MethodPost)
	s := m.PathPrefix("/sub").Subrouter()
	s.HandleFunc("/x", h)
	router.Handle("PUT", "/hr", h)
	resp, err := http.Get("/users")
	http.Post("/users", "application/json", body)
	client.Get("/users", opts)
	http.NewRequest("GET", "/users", nil)
	cache.Get("/users", value)
}
"#,
        &[
            "GET /ping",
            "POST /v1/login",
            "DELETE /v1/admin/users/:id",
            "* /any",
            "GET /items/{id}",
            "* /files",
            "GET,POST /gorilla",
            "* /sub/x",
            "PUT /hr",
        ],
    );
    check(
        "chi.go",
        r#"package main
import "github.com/go-chi/chi/v5"
func main() {
	r := chi.NewRouter()
	r.Get("/", index)
	r.Route("/articles", func(r chi.Router) {
		r.With(paginate).Get("/", list)
		r.Post("/{id}", create)
	})
	r.Mount("/admin", admin)
	http.Get("/no", x)
}
"#,
        &["GET /", "GET /articles", "POST /articles/{id}"],
    );
}

#[test]
fn spring_and_jax_rs() {
    check(
        "UserController.java",
        r#"
@RestController
@RequestMapping("/api/users")
public class UserController {
    @GetMapping
    public List<User> all() { return null; }
    @GetMapping("/{id}")
    public User one(@PathVariable long id) { return rest.getForObject("/x", User.class); }
    @PostMapping(value = "/new", consumes = "x")
    public User create() { return null; }
    @RequestMapping(value = {"/a", "/b"}, method = {RequestMethod.PUT, RequestMethod.PATCH})
    public void both() {}
    @Override public String toString() { return map.get("/x"); }
}
@FeignClient("users")
interface Users { @GetMapping("/users") List<User> all(); }
"#,
        &[
            "GET /api/users",
            "GET /api/users/{id}",
            "POST /api/users/new",
            "PUT,PATCH /api/users/a",
            "PUT,PATCH /api/users/b",
        ],
    );
    check(
        "Resource.java",
        r#"
import jakarta.ws.rs.GET;
@Path("/jax")
public class Resource {
    @GET @Path("/{id}") public String get() { return ""; }
    @POST public void post() {}
}
interface Retro { @GET("/users") Call<User> users(); }
"#,
        &["GET /jax/{id}", "POST /jax"],
    );
}

#[test]
fn cpp() {
    check(
        "main.cpp",
        r#"
int main() {
  svr.Get("/hi", [](const Request& req, Response& res) {});
  CROW_ROUTE(app, "/crow")([]() { return 1; });
  cli.Get("/no", headers);
}
"#,
        &["GET /hi", "* /crow"],
    );
}

/// Nothing here calls itself as deep as a text likes, or takes the square of its length.
#[test]
fn a_hostile_file_takes_no_time() {
    let deep = "app.get('/x',".repeat(5_000) + "h" + &")".repeat(5_000);
    let chain = "app".to_owned() + &".get('/x', h)".repeat(5_000);
    let lets = "fn f() {".to_owned() + &"let a = f(); x.route(\"/x\", get(h));".repeat(2_000) + "}";
    let start = std::time::Instant::now();
    for (path, text) in [("a.js", &deep), ("b.js", &chain), ("c.rs", &lets)] {
        let language = Language::of_path(path).unwrap();
        if let Some(tree) = grammar::parse(language, text.as_bytes(), grammar::BUDGET) {
            routes::find(language, text, &tree, path);
        }
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn prefixes_in_a_chain_of_calls() {
    check(
        "main.go",
        r#"
package main
func main() {
	r := gin.New()
	r.Group("/g").GET("/y", h)
	r.Group("/a").Group("/b").POST("/c", h)
	v := r.Group("/v").Group("/w")
	v.GET("/x", h)
	r.Route("/api", func(r chi.Router) { r.Get("/u", h) })
	r.Route("/out", func(s chi.Router) { s.Route("/in", func(t chi.Router) { t.Get("/u", h) }) })
	r.GET("/plain", h).GET("/chain", h)
	m.PathPrefix("/p").Subrouter().HandleFunc("/q", h)
}
"#,
        &[
            "GET /g/y",
            "POST /a/b/c",
            "GET /v/w/x",
            "GET /api/u",
            "GET /out/in/u",
            "GET /plain",
            "GET /chain",
            "* /p/q",
        ],
    );
    check(
        "main.rs",
        r#"
fn main() {
    let app = App::new()
        .service(web::scope("/api").route("/sc", web::put().to(y)).route("/two", web::get().to(z)))
        .service(web::scope("/v2").service(web::scope("/in").route("/z", web::get().to(z))));
    let other = web::scope("/v3").wrap(auth).route("", web::get().to(h));
}
"#,
        &["PUT /api/sc", "GET /api/two", "GET /v2/in/z", "GET /v3"],
    );
}

#[test]
fn a_route_answers_to_what_its_own_router_says() {
    let text = "router = APIRouter(prefix=\"/v1\")\n@router.get(\"/items/{id}\")\ndef f(): pass\napp.include_router(router, prefix=\"/api\")\n";
    let tree = grammar::parse(Language::Python, text.as_bytes(), grammar::BUDGET).unwrap();
    let found = routes::find(Language::Python, text, &tree, "a.py");
    assert_eq!(
        found[0].paths,
        ["/api/v1/items/{id}", "/v1/items/{id}", "/items/{id}"]
    );
    let is = |term: &str| {
        routes::RouteTerm::new(term, false)
            .unwrap()
            .matches(&found[0])
    };
    assert!(is("GET /v1/items/{id}") && is("/api/v1/items") && is("/items/:id"));
    assert!(!is("/v2/items") && !is("POST /v1/items/{id}"));
}

#[test]
fn plugins_are_given_a_router() {
    check(
        "server.js",
        r#"
const app = require('fastify')();
app.register(async (f) => { f.get("/c", h) }, { prefix: "/v1" });
app.register(function (g, o, done) { g.post("/d", h); done() }, { prefix: "/v2" });
app.register((k, opts, done) => { k.get("/e", h); k.register(async i => { i.get("/f", h) }, { prefix: "/in" }) }, { prefix: "/v3" });
app["get"]("/users", h);
app['delete']('/users', h);
app.get("/api" + "/users", h);
app["x"]("/no", h);
store.each((s) => { s.get("/no", h) });
"#,
        &[
            "GET /v1/c",
            "POST /v2/d",
            "GET /v3/e",
            "GET /v3/in/f",
            "GET /users",
            "DELETE /users",
            "GET /api/users",
        ],
    );
    let exported = [
        "module.exports = async function (f, opts) { f.get('/c', h) }\n",
        "module.exports = async (f, _opts) => { f.get('/c', h) }\n",
        "module.exports = function (f, o, done) { f.get('/c', h); done() }\n",
        "export default async function (f, options) { f.get('/c', h) }\n",
        "export default async function users(f, options) { f.get('/c', h) }\n",
        "module.exports = fp(async function (f) { f.get('/c', h) })\n",
    ];
    for text in exported {
        check("a.js", text, &["GET /c"]);
    }
    check(
        "a.ts",
        "export default async function (f: FastifyInstance, opts: any) { f.get('/c', h) }\n",
        &["GET /c"],
    );
    check(
        "a.js",
        "module.exports = function (f, key) { f.get('/c', h) }\n",
        &[],
    );
}
