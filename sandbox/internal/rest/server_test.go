package rest

import (
	"bytes"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// people is a table of users with a key each: boss may do everything, reader has a read-only key, guest no capability
// at all, ghost no user.
type people map[int64]*identity.User

func (p people) Get(id int64) (*identity.User, bool) { u, ok := p[id]; return u, ok }

func (p people) All() iter.Seq[*identity.User] {
	return func(yield func(*identity.User) bool) {
		for _, u := range p {
			if !yield(u) {
				return
			}
		}
	}
}

type bundle struct {
	server *Server
	served int // calls of the orders handlers
	log    []Record
}

// setup returns a server with a few orders' routes and nobody's shop behind.
func setup(t testing.TB) *bundle {
	t.Helper()
	users := people{
		1: {ID: 1, Login: "boss", Roles: []string{"administrator"}},
		2: {ID: 2, Login: "guest"},
	}
	directory := identity.NewDirectory(capability.StockRoles(capability.Measured), users)
	for _, u := range users {
		directory.Refresh(u)
	}
	for i, key := range []identity.Key{
		{UserID: 1, ConsumerKey: "ck_boss", Permissions: identity.ReadWrite},
		{UserID: 1, ConsumerKey: "ck_reader", Permissions: identity.Read},
		{UserID: 2, ConsumerKey: "ck_guest", Permissions: identity.ReadWrite},
		{UserID: 99, ConsumerKey: "ck_ghost", Permissions: identity.ReadWrite},
	} {
		key.ID, key.ConsumerSecret = int64(i+1), "cs"
		directory.AddKey(&key)
	}
	b := &bundle{}
	b.server = NewServer(Config{
		Now:          func() time.Time { return time.Unix(1795426613, 0) },
		Authenticate: directory.Authenticate,
		Used:         directory.Use,
		Observe:      func(r Record) { b.log = append(b.log, r) },
	})
	may := func(capability string) Permission {
		return func(r *Request) error {
			if r.Can(capability) {
				return nil
			}
			return r.Denied("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
		}
	}
	item := func(id int64) *Object { return NewObject("id", id, "name", "Größe/1") }
	links := func(r *Request, id string) []Link {
		return []Link{
			{Rel: "self", Href: r.RESTURL("/wc/v3/orders/" + id)},
			{Rel: "collection", Href: r.RESTURL("/wc/v3/orders")},
			{Rel: "up", Href: r.RESTURL("/wc/v3/orders/1"), Embeddable: true},
		}
	}
	get := func(r *Request) (*Response, error) {
		b.served++
		if r.Int("id") == 404 {
			return nil, Errorf(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
		}
		return &Response{Body: item(r.Int("id")), Links: links(r, r.Text("id"))}, nil
	}
	create := func(r *Request) (*Response, error) {
		b.served++
		if r.Text("customer_note") == "break" {
			r.Set("anything", 1)
			var o *Object
			_ = o.keys[3]
		}
		r.Set("context", "edit")
		response := &Response{
			Status: 201, Body: NewObject("id", int64(7), "note", r.Param("customer_note")), Links: links(r, "7"),
		}
		response.SetHeader("Location", r.RESTURL("/wc/v3/orders/7"))
		return response, nil
	}
	b.server.Register(Route{Pattern: `/wc/v3/orders`, Endpoints: []Endpoint{
		{Methods: Readable, Permission: may("read_private_shop_orders"), Handler: func(r *Request) (*Response, error) {
			b.served++
			r.Set("dp", int64(2))
			response := &Response{Body: List{Item{Data: item(1), Links: links(r, "1")}, Item{
				Data: item(2), Links: links(r, "2"),
			}}}
			Paginate(r, response, "/wc/v3/orders", 4, 2)
			return response, nil
		}},
		{Methods: Creatable, Permission: may("publish_shop_orders"), Handler: create},
	}})
	b.server.Register(Route{Pattern: `/wc/v3/orders/(?P<id>[\d]+)`, Endpoints: []Endpoint{
		{Methods: Deletable, Permission: may("delete_others_posts"), Handler: get},
		{Methods: Readable, Permission: may("read_private_shop_orders"), Handler: get},
		{Methods: Editable, Permission: may("edit_others_posts"), Handler: get},
	}})
	b.server.Register(Route{Pattern: `/wc/v3/orders/batch`, Endpoints: []Endpoint{
		{Methods: Editable, Permission: may("edit_others_shop_orders"), Handler: func(r *Request) (*Response, error) {
			return Batch(r, BatchOperations{
				CreatePermission: may("publish_shop_orders"), Create: create,
				UpdatePermission: may("edit_others_posts"), Update: get,
			})
		}},
	}})
	return b
}

type call struct {
	method, path, key, body string
	header                  map[string]string
	plain                   bool // over plain HTTP
}

func (b *bundle) do(t *testing.T, c call) *http.Response {
	t.Helper()
	target := "https://shop.example/wp-json" + c.path
	if c.plain {
		target = "http://shop.example/wp-json" + c.path
	}
	r := httptest.NewRequest(c.method, target, strings.NewReader(c.body))
	r.RequestURI = "/wp-json" + c.path
	if c.key != "" {
		r.SetBasicAuth(c.key, "cs")
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	path, _, _ := strings.Cut(c.path, "?")
	b.server.ServeVisit(w, r, Visit{
		Path: path, Base: "https://shop.example", SignedBase: "https://shop.example", SSL: !c.plain, Prefix: "wp-json",
		Authorization: r.Header.Get("Authorization"), Query: ParseQuery(r.URL.RawQuery),
	})
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEachRefusalHasItsPlaceInTheOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call   call
		status int
		code   string
	}{
		"nobody, nothing wrong": {call{
			method: "GET", path: "/wc/v3/orders",
		}, 401, "woocommerce_rest_cannot_view"},
		"parameters before permission": {call{
			method: "GET", path: "/wc/v3/orders?per_page=101",
		}, 400, "rest_invalid_param"},
		"JSON before permission": {call{
			method: "POST", path: "/wc/v3/orders", body: "{",
		}, 400, "rest_invalid_json"},
		"key's permission before JSON": {call{
			method: "POST", path: "/wc/v3/orders", body: "{", key: "ck_reader",
		}, 401, "woocommerce_rest_authentication_error"},
		"key's permission before route": {call{
			method: "POST", path: "/wc/v3/nope", body: "{}", key: "ck_reader",
		}, 401, "woocommerce_rest_authentication_error"},
		"route before JSON": {call{
			method: "POST", path: "/wc/v3/nope", body: "{", key: "ck_boss",
		}, 404, "rest_no_route"},
		"capability missing": {call{
			method: "GET", path: "/wc/v3/orders", key: "ck_guest",
		}, 403, "woocommerce_rest_cannot_view"},
		"owner of the key is gone": {call{
			method: "GET", path: "/wc/v3/orders", key: "ck_ghost",
		}, 401, "woocommerce_rest_cannot_view"},
		"key over plain HTTP": {call{
			method: "GET", path: "/wc/v3/orders", key: "ck_boss", plain: true,
		}, 401, "woocommerce_rest_cannot_view"},
		"unknown key": {call{
			method: "GET", path: "/wc/v3/orders", key: "ck_x",
		}, 401, "woocommerce_rest_cannot_view"},
		"unknown method": {call{
			method: "FOO", path: "/wc/v3/orders", key: "ck_boss",
		}, 401, "woocommerce_rest_authentication_error"},
		"keys are only seen below wp-json/wc/": {call{
			method: "GET", path: "/WC/v3/orders", key: "ck_boss",
		}, 401, "woocommerce_rest_cannot_view"},
		"served":             {call{method: "GET", path: "/wc/v3/orders/5", key: "ck_boss"}, 200, ""},
		"served, case aside": {call{method: "GET", path: "/wc/V3/Orders/5", key: "ck_boss"}, 200, ""},
		"handler's own error": {call{
			method: "GET", path: "/wc/v3/orders/404", key: "ck_boss",
		}, 404, "woocommerce_rest_shop_order_invalid_id"},
		"scalar JSON kills PHP": {call{
			method: "POST", path: "/wc/v3/orders", body: `"abc"`, key: "ck_boss",
		}, 500, "internal_server_error"},
		"a panic kills PHP": {call{
			method: "POST", path: "/wc/v3/orders", body: `{"customer_note":"break"}`, key: "ck_boss",
		}, 500, "internal_server_error"},
		"a route that does not exist": {call{method: "GET", path: "/wp/v2/nothing"}, 404, "rest_no_route"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := setup(t).do(t, c.call)
			text := body(t, r)
			if r.StatusCode != c.status || c.code != "" && !strings.Contains(text, `"code":"`+c.code+`"`) {
				t.Errorf("got %d %s, want %d %s", r.StatusCode, text, c.status, c.code)
			}
		})
	}
}

func TestAllowHeaderNamesWhatTheCallerMayDo(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"ck_boss": "GET, POST, PUT, PATCH, DELETE", "ck_guest": "", "": ""} {
		r := setup(t).do(t, call{method: "OPTIONS", path: "/wc/v3/orders/5", key: key})
		if got := r.Header.Get("Allow"); got != want || r.StatusCode != 200 {
			t.Errorf("as %q: %d, Allow %q, want %q", key, r.StatusCode, got, want)
		}
	}
}

func TestOnlyUsersAreToldNotToCache(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"ck_boss": true, "ck_guest": true, "ck_ghost": false, "": false} {
		r := setup(t).do(t, call{method: "POST", path: "/wc/v3/nope", key: key})
		if got := r.Header.Get("Cache-Control") != ""; got != want {
			t.Errorf("as %q: no-cache %v, want %v", key, got, want)
		}
	}
}

func TestSingleRecordKeepsItsLinksWhateverFieldsAreAsked(t *testing.T) {
	t.Parallel()
	got := body(t, setup(t).do(t, call{method: "GET", path: "/wc/v3/orders/5?_fields=id", key: "ck_boss"}))
	want := `{"id":5,"_links":{"self":[{"href":"https:\/\/shop.example\/wp-json\/wc\/v3\/orders\/5","targetHints":{"allow":["GET","POST","PUT","PATCH","DELETE"]}}],` +
		`"collection":[{"href":"https:\/\/shop.example\/wp-json\/wc\/v3\/orders"}],"up":[{"embeddable":true,"href":"https:\/\/shop.example\/wp-json\/wc\/v3\/orders\/1"}]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCollectionFiltersLinksAndCountsPages(t *testing.T) {
	t.Parallel()
	r := setup(t).do(t, call{method: "GET", path: "/wc/v3/orders?_fields=id&per_page=2", key: "ck_boss"})
	if got := body(t, r); got != `[{"id":1},{"id":2}]` {
		t.Errorf("body %s", got)
	}
	if r.Header.Get("X-WP-Total") != "4" || r.Header.Get("X-WP-TotalPages") != "2" {
		t.Errorf("totals %v", r.Header)
	}
	want := `<https://shop.example/wp-json/wc/v3/orders?_fields=id&per_page=2&dp=2&page=2>; rel="next"`
	if got := r.Header.Get("Link"); got != want {
		t.Errorf("link %s, want %s", got, want)
	}
}

func TestEnvelopeJSONPAndPretty(t *testing.T) {
	t.Parallel()
	b := setup(t)
	envelope := body(t, b.do(t, call{method: "GET", path: "/wc/v3/orders/404?_envelope", key: "ck_boss"}))
	if want := `{"body":{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}},"status":404,"headers":{"Allow":"GET, POST, PUT, PATCH, DELETE"}}`; envelope != want {
		t.Errorf("envelope %s", envelope)
	}
	jsonp := b.do(t, call{method: "GET", path: "/wc/v3/orders?_jsonp=cb&_fields=id", key: "ck_boss"})
	if got := body(t, jsonp); got != `/**/cb([{"id":1},{"id":2}])` || !strings.HasPrefix(jsonp.Header.Get("Content-Type"), "application/javascript") {
		t.Errorf("JSONP %s", got)
	}
	pretty := body(t, b.do(t, call{method: "GET", path: "/wc/v3/orders?_pretty&_fields=name", key: "ck_boss"}))
	if want := "[\n    {\n        \"name\": \"Gr\\u00f6\\u00dfe\\/1\"\n    },"; !strings.HasPrefix(pretty, want) {
		t.Errorf("pretty %s", pretty)
	}
}

func TestEmbedAnswersEmbeddableLinks(t *testing.T) {
	t.Parallel()
	got := body(t, setup(t).do(t, call{method: "GET", path: "/wc/v3/orders/5?_embed&_fields=id", key: "ck_boss"}))
	// Embedded requests carry context=embed, which WooCommerce refuses.
	if !strings.Contains(got, `"_embedded":{"up":[{"code":"rest_invalid_param"`) {
		t.Errorf("got %s", got)
	}
}

func TestMethodOverride(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.do(t, call{method: "GET", path: "/wc/v3/orders?_method=post&customer_note=x", key: "ck_boss"})
	if r.StatusCode != 201 {
		t.Errorf("_method: %d", r.StatusCode)
	}
	r = b.do(t, call{method: "GET", path: "/wc/v3/orders/5", key: "ck_reader", header: map[string]string{"X-HTTP-Method-Override": "DELETE"}})
	if r.StatusCode != 401 {
		t.Errorf("a read key may delete by override: %d", r.StatusCode)
	}
}

func TestBatchReportsEachItem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got := body(t, b.do(t, call{method: "POST", path: "/wc/v3/orders/batch", key: "ck_boss",
		body: `{"create":[{"customer_note":"a"}],"update":[{"id":404},{"id":3}],"delete":[9,0]}`}))
	for _, want := range []string{
		`{"create":[{"id":7,"note":"a","_links":{"self":[{"href":`,
		`"update":[{"id":404,"error":{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}},{"id":3,`,
		`"delete":[{"id":9,"error":{"code":"invalid-method"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	var many bytes.Buffer
	many.WriteString(`{"create":[{}`)
	for range BatchLimit {
		many.WriteString(`,{}`)
	}
	many.WriteString(`]}`)
	served := b.served
	r := b.do(t, call{method: "POST", path: "/wc/v3/orders/batch", key: "ck_boss", body: many.String()})
	if r.StatusCode != 413 || b.served != served {
		t.Errorf("101 items: %d, %d of them done", r.StatusCode, b.served-served)
	}
	if got := body(t, b.do(t, call{method: "POST", path: "/wc/v3/orders/batch", key: "ck_boss", body: `{}`})); got != "[]" {
		t.Errorf("an empty batch gave %s", got)
	}
}

func TestInvalidParametersAreNamedTogether(t *testing.T) {
	t.Parallel()
	got := body(t, setup(t).do(t, call{method: "POST", path: "/wc/v3/orders", key: "ck_boss",
		body: `{"status":"bogus","customer_id":"abc","set_paid":"maybe","billing":{"email":"nope"}}`}))
	for _, want := range []string{
		`"message":"Invalid parameter(s): status, customer_id, billing, set_paid"`,
		`"customer_id":{"code":"rest_invalid_type","message":"customer_id is not of type integer.","data":{"param":"customer_id"}}`,
		`"billing":{"code":"rest_invalid_email","message":"Invalid email address.","data":null}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

func TestLogSaysWhoAskedAndWhyItWasRefusedWithoutSecrets(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.do(t, call{method: "GET", path: "/wc/v3/orders?consumer_key=ck_guest&consumer_secret=cs&search=x"})
	if len(b.log) != 1 {
		t.Fatalf("%d records", len(b.log))
	}
	got := b.log[0]
	if got.User != "guest" || got.Key != 3 || got.Status != 403 || got.Code != "woocommerce_rest_cannot_view" ||
		got.Route != "/wc/v3/orders" || !strings.HasPrefix(got.Reason, "query; ") {
		t.Errorf("record %+v", got)
	}
	if strings.Contains(got.Path, "cs") && !strings.Contains(got.Path, "consumer_secret=…") || !strings.Contains(got.Path, "search=x") {
		t.Errorf("path %s", got.Path)
	}
}

func TestAliasServesOlderNamespacesUnderTheirOwnName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.server.Alias(Alias{From: "wc/v3", To: "wc/v2", Shape: func(_ *Request, path string, record *Object) *Object {
		record = record.Clone()
		record.Set("shaped", path)
		return record
	}})
	got := body(t, b.do(t, call{method: "GET", path: "/wc/v2/orders/5", key: "ck_boss"}))
	for _, want := range []string{`"shaped":"\/orders\/(?P<id>[\\d]+)"`, `wc\/v2\/orders\/5","targetHints":{"allow":["GET","POST","PUT","PATCH","DELETE"]}`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	r := b.do(t, call{method: "GET", path: "/wc/v2/orders?status=pending,completed", key: "ck_boss"})
	if r.StatusCode != 400 {
		t.Errorf("wc/v2 takes one status only: got %d", r.StatusCode)
	}
	if r := b.do(t, call{method: "GET", path: "/wc/v2/orders/statuses", key: "ck_boss"}); r.StatusCode != 404 {
		t.Errorf("a route wc/v2 does not have: got %d", r.StatusCode)
	}
}
