package front

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// site returns a front controller whose API has one route that says it was reached.
func site(config Config) *Front {
	var f *Front
	config.WordPress = func() string { return "7.1" }
	config.REST = rest.NewServer(rest.Config{
		Now:     time.Now,
		RESTURL: func(base, path string) string { return f.RESTURL(base, path) },
	})
	config.REST.Register(rest.Route{Pattern: `/wc/v3/orders`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Args: &rest.Object{}, Handler: func(r *rest.Request) (*rest.Response, error) {
			return &rest.Response{Body: rest.NewObject("reached", r.Base)}, nil
		}},
	}})
	config.Name = func() string { return "Test Shop" }
	f = New(config)
	return f
}

func ask(t *testing.T, f *Front, method, address string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, address, nil)
	if parsed, err := url.Parse(address); err == nil {
		_, path, _ := strings.Cut(address, parsed.Host)
		r.RequestURI = path
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	response := w.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestAddressesLeadWhereTheyLeadOnARealStore(t *testing.T) {
	t.Parallel()
	const reached = `{"reached":`
	for name, c := range map[string]struct {
		links   Permalinks
		method  string
		address string
		status  int
		body    string // prefix, or part of a page
	}{
		"pretty":                    {Pretty, "GET", "/wp-json/wc/v3/orders", 200, reached},
		"trailing slash":            {Pretty, "GET", "/wp-json/wc/v3/orders/", 200, reached},
		"double slash":              {Pretty, "GET", "/wp-json//wc/v3/orders", 404, `{"code":"rest_no_route"`},
		"escaped slash":             {Pretty, "GET", "/wp-json/wc%2Fv3/orders", 404, `{"code":"rest_no_route"`},
		"escaped letter":            {Pretty, "GET", "/wp-json/wc/v3/order%73", 404, `{"code":"rest_no_route"`},
		"upper-case prefix":         {Pretty, "GET", "/WP-JSON/wc/v3/orders", 404, "Page not found"},
		"rest_route":                {Pretty, "GET", "/?rest_route=/wc/v3/orders", 200, reached},
		"rest_route on index.php":   {Pretty, "GET", "/index.php?rest_route=/wc/v3/orders", 200, reached},
		"rest_route beats the path": {Pretty, "GET", "/wp-json/wc/?rest_route=/wc/v3/orders", 200, reached},
		"rest_route as array":       {Pretty, "GET", "/?rest_route[]=x", 500, "WordPress › Error"},
		"index.php in the path":     {Pretty, "GET", "/index.php/wp-json/wc/v3/orders", 200, reached},
		"API below a deeper path":   {Pretty, "GET", "/shop/wp-json/wc/v3/orders", 404, "Page not found"},
		"home":                      {Pretty, "GET", "/", 200, "<title>Test Shop</title>"},
		"index.php":                 {Pretty, "GET", "/index.php", 301, ""},
		"nothing there":             {Pretty, "GET", "/no-such-page/", 404, "Page not found"},
		"legacy API":                {Pretty, "GET", "/wc-api/v3/orders", 404, `{"errors":{"code":"woocommerce_api_disabled"`},
		"legacy query":              {Pretty, "GET", "/?wc-api-version=3&wc-api-route=/orders", 404, `{"errors":`},
		"unknown callback":          {Pretty, "GET", "/wc-api/nope", 400, "-1"},
		"path info":                 {PathInfo, "GET", "/index.php/wp-json/wc/v3/orders", 200, reached},
		"pretty on path info":       {PathInfo, "GET", "/wp-json/wc/v3/orders", 404, "Page not found"},
		"plain":                     {Plain, "GET", "/index.php?rest_route=/wc/v3/orders", 200, reached},
		"pretty on plain, GET":      {Plain, "GET", "/wp-json/wc/v3/orders", 301, ""},
		"pretty on plain, slash":    {Plain, "GET", "/wp-json/wc/v3/orders/", 200, "<title>Test Shop</title>"},
		"pretty on plain, POST":     {Plain, "POST", "/wp-json/wc/v3/orders", 200, "<title>Test Shop</title>"},
		"files do not reach PHP":    {Pretty, "GET", "/wp-content/x.png?rest_route=/wc/v3/orders", 404, "Page not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := site(Config{Permalinks: func() Permalinks { return c.links }})
			r, body := ask(t, f, c.method, "https://shop.example"+c.address)
			if r.StatusCode != c.status || !strings.Contains(body, c.body) {
				t.Errorf("got %d %.200s, want %d %s", r.StatusCode, body, c.status, c.body)
			}
		})
	}
}

func TestRootOfTheAPIIsNamedByEveryPage(t *testing.T) {
	t.Parallel()
	for links, want := range map[Permalinks]string{
		Pretty:   `<https://shop.example/wp-json/>; rel="https://api.w.org/"`,
		PathInfo: `<https://shop.example/index.php/wp-json/>; rel="https://api.w.org/"`,
		Plain:    `<https://shop.example/index.php?rest_route=/>; rel="https://api.w.org/"`,
	} {
		f := site(Config{Permalinks: func() Permalinks { return links }})
		r, body := ask(t, f, "HEAD", "https://shop.example/")
		if got := r.Header.Get("Link"); got != want || body != "" {
			t.Errorf("permalinks %d: link %s, body %q", links, got, body)
		}
	}
}

func TestHomeAddressFollowsWhatPHPBelieves(t *testing.T) {
	t.Parallel()
	never := func(*http.Request) bool { return false }
	for name, c := range map[string]struct {
		home    string
		ssl     func(*http.Request) bool
		address string
		want    string
	}{
		"adapts to the request":      {"", nil, "https://a.example/wp-json/wc/v3/orders", "https://a.example"},
		"adapts, behind a proxy":     {"", never, "https://a.example/wp-json/wc/v3/orders", "http://a.example"},
		"fixed":                      {"https://shop.example", nil, "https://www.shop.example/wp-json/wc/v3/orders", "https://shop.example"},
		"fixed https, asked by http": {"https://shop.example", nil, "http://shop.example/wp-json/wc/v3/orders", "https://shop.example"},
		"fixed http, asked by https": {"http://shop.example", nil, "https://shop.example/wp-json/wc/v3/orders", "https://shop.example"},
		"in a directory":             {"https://shop.example/wp", nil, "https://shop.example/wp/wp-json/wc/v3/orders", "https://shop.example/wp"},
	} {
		f := site(Config{Home: func() string { return c.home }, SSL: c.ssl})
		_, body := ask(t, f, "GET", c.address)
		if want := `{"reached":"` + strings.ReplaceAll(c.want, "/", `\/`) + `"}`; body != want {
			t.Errorf("%s: got %s, want %s", name, body, want)
		}
	}
}
