package doctor_test

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// TestHealthyStoresRaiseNoAlarm: stores that are unusual and in order. A note is no alarm.
func TestHealthyStoresRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	type healthy struct {
		name string
		set  func(t *testing.T) *patient
	}
	plainly := func(options ...sandbox.Option) func(*testing.T) *patient {
		return func(t *testing.T) *patient { return newPatient(t, options...).wanting(allScopes()...) }
	}
	cases := []healthy{
		{"everything wanted by an administrator", plainly()},
		{"what is usually wanted, by a Shop Manager", func(t *testing.T) *patient {
			return newPatient(t).login(t, "sm")
		}},
		{"a key that may only read, for reading", func(t *testing.T) *patient {
			return newPatient(t).login(t, "smread").wanting(doctor.OrdersRead, doctor.ProductsRead)
		}},
		{"five published capabilities, for reading orders", func(t *testing.T) *patient {
			return newPatient(t).login(t, "seed5").wanting(doctor.OrdersRead)
		}},
		{"permalinks below index.php that the server also takes without it", func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "permalinks-pathinfo").behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if isAPI(r) {
						r = rewritten(r, "/index.php"+r.URL.Path, r.URL.RawQuery)
					}
					next.ServeHTTP(w, r)
				})
			})
		}},
		{"anonymous visitors are refused, keys are not",
			func(t *testing.T) *patient { return newPatient(t).breakIn(t, "rest-auth-required") }},
		{"coupons switched off and not wanted",
			func(t *testing.T) *patient { return newPatient(t).breakIn(t, "coupons-disabled") }},
		{"an address with a slash and blanks around the key", func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.URL += "/"
			p.target.Key = " " + p.target.Key + "\n"
			return p
		}},
		{"no home page to speak of", func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.URL.Path == "/" }, page(503, "Coming soon", "Coming soon")))
		}},
		{"visitors must log in, the API need not", func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.URL.Path == "/" },
					redirectTo(302, func(*http.Request) string { return "/wp-login.php" })))
		}},
		{"a CDN in front that does not cache the API", func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
				w.Header().Set("Server", "cloudflare")
				w.Header().Set("Cf-Ray", "1-FRA")
				w.Header().Set("Cf-Cache-Status", "DYNAMIC")
				w.Header().Set("X-Cache", "MISS")
				return w.Body.String()
			}))
		}},
		{"a password in front of the site, given in the address", func(t *testing.T) *patient {
			p := newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if user, password, _ := r.BasicAuth(); user != "stage" || password != "staging-password" {
						page(401, "401 Authorization Required", "", "WWW-Authenticate",
							`Basic realm="Staging"`).ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
			p.target.URL = strings.Replace(p.target.URL, "https://", "https://stage:staging-password@", 1)
			return p
		}},
		{"an order that comes while the doctor looks", func(t *testing.T) *patient {
			var asked atomic.Int32
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				q := r.URL.Query()
				if !strings.HasSuffix(r.URL.Path, "/wc/v3/orders") || q.Get("per_page") != "1" || q.Has("include") ||
					q.Has("modified_after") || r.Header.Get("Authorization") == "" {
					return body
				}
				// the read, the read once more and the one of an address asked before come first
				if q.Has("_") || asked.Add(1) > 3 {
					return `[{"id":2}]`
				}
				return `[{"id":1}]`
			}))
		}},
		{"a store in a directory", func(t *testing.T) *patient {
			p := newPatient(t)
			store := p.shop.Store
			p.behind(t, func(http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/shop/", mounted("/shop", store))
				mux.Handle("/", http.NotFoundHandler())
				return mux
			})
			p.target.URL += "/shop"
			return p
		}},
		{"a store without orders and products", func(t *testing.T) *patient {
			shop := sandbox.Start(t)
			return &patient{shop: shop,
				target:  doctor.Target{URL: shop.URL, Key: shop.Key, Secret: shop.Secret, Scopes: allScopes()},
				options: []doctor.Option{doctor.WithRootCAs(poolOf(shop.CertificateAuthority))}}
		}},
		{"plain HTTP on this machine, signed", func(t *testing.T) *patient {
			// The sandbox cannot say how its queue stands, which is asked for twice; a signature is good for once.
			return newPatient(t, sandbox.WithPlainHTTP()).wanting(allScopes()...)
		}},
		{"another name of the same machine", plainly(sandbox.WithHome("https://live.example.test"))},
		{"more orders than fit on a page", plainly(sandbox.WithOrders(130))},
		{"the main site of a network", func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithSites(sandbox.Site{Path: "/berlin"})).login(t,
				"super").wanting(allScopes()...)
		}},
		{"a further site of a network, by a Shop Manager", func(t *testing.T) *patient {
			p := newPatient(t, sandbox.WithSites(sandbox.Site{Path: "/berlin"}))
			site, err := p.shop.Site("/berlin")
			if err != nil {
				t.Fatal(err)
			}
			credentials, err := site.Credentials("sm")
			if err != nil {
				t.Fatal(err)
			}
			p.target.URL, p.target.Key, p.target.Secret = p.target.URL+"/berlin", credentials.Key, credentials.Secret
			return p.wanting(doctor.OrdersRead, doctor.OrdersWrite, doctor.ProductsRead)
		}},
	}
	for _, storage := range []capability.Storage{capability.HPOS, capability.HPOSSync, capability.Posts} {
		for _, version := range []string{"8.4.0", "9.5.2", "9.9.0", "10.0.2", "11.0.1"} {
			cases = append(cases,
				healthy{"storage " + string(storage) + " of WooCommerce " + version,
					plainly(sandbox.WithStorage(storage), sandbox.WithVersion(version))})
		}
	}
	for _, zone := range []string{"America/New_York", "Asia/Kolkata", "Pacific/Chatham"} {
		cases = append(cases, healthy{"time zone " + zone, plainly(sandbox.WithTimeZone(zone))})
	}
	cases = append(cases, healthy{"another language", func(t *testing.T) *patient {
		return newPatient(t).wanting(allScopes()...).behind(t, translated)
	}})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, budget := c.set(t), quick()
			if len(p.target.Scopes) > 10 {
				budget.Requests = 120 // everything together has no room in less
			}
			report := p.examine(t, doctor.WithBudget(budget))
			for _, scope := range report.Target.Scopes {
				if !slices.Contains(report.Works, string(scope)+" works") {
					t.Errorf("it is called healthy, and %s was not seen to work", scope)
				}
			}
			if report.ExitCode() != 0 || len(report.Crashes) > 0 {
				t.Errorf("a healthy store is alarmed about:\n%s", describeReport(report))
			}
		})
	}
}

// TestWhatThereWasNoRoomForIsNamed: everything wanted at once needs more requests than there are. Each scope works or
// is named with what was not asked, and no form of the report calls the store healthy. The command that it prints asks
// the rest.
func TestWhatThereWasNoRoomForIsNamed(t *testing.T) {
	t.Parallel()
	report := newPatient(t).wanting(allScopes()...).examine(t)
	for _, scope := range report.Target.Scopes {
		named := slices.ContainsFunc(report.NotAsked, func(one doctor.Unasked) bool { return one.Scope == scope })
		if named == slices.Contains(report.Works, string(scope)+" works") {
			t.Errorf("%s is said to work or not, and what was not asked of it is named: %v", scope, named)
		}
	}
	text := printedReport(t, report)
	if report.Requests > 60 || len(report.NotAsked) == 0 || strings.Contains(text, "Healthy") {
		t.Errorf("%d requests, and it says\n%s", report.Requests, text)
	}
	var junit strings.Builder
	if err := report.WriteJUnit(&junit); err != nil {
		t.Fatal(err)
	}
	if report.Status != doctor.Incomplete || report.ExitCode() != 12 ||
		strings.Count(junit.String(), `classname="doctor.not-asked"`) != len(report.NotAsked) {
		t.Errorf("status %s, exit status %d, JUnit\n%s", report.Status, report.ExitCode(), &junit)
	}
	var enough int
	if _, rest, found := strings.Cut(text, "--requests "); !found {
		t.Errorf("no command asks the rest:\n%s", text)
	} else if _, err := fmt.Sscan(rest, &enough); err != nil {
		t.Fatal(err)
	}
	budget := quick()
	budget.Requests = enough
	whole := newPatient(t).wanting(allScopes()...).examine(t, doctor.WithBudget(budget))
	if whole.Status != doctor.Healthy || whole.ExitCode() != 0 || len(whole.NotAsked) > 0 {
		t.Errorf("%d requests were not enough:\n%s", enough, printedReport(t, whole))
	}
}

// TestUsualWishesHaveRoom: what the pages of the project name, each scope alone, and everything of orders and products
// is proved within the requests of a run.
func TestUsualWishesHaveRoom(t *testing.T) {
	t.Parallel()
	wishes := []string{"", "orders:*", "products:*", "orders:*,products:*", "customers:*,coupons:*", "terms:*",
		"orders:read,orders:write,webhooks", "orders:read,orders:write,products:read,products:write,customers:read",
		"orders:read,orders:write,products:read,products:write,customers:read,customers:write",
		"orders:read,orders:write,products:read,products:write,customers:read,webhooks",
		"orders:read,products:read,customers:read,coupons:read,terms:read,reviews:read,shipping:read,reports:read,settings"}
	for _, scope := range allScopes() {
		if testing.Short() {
			break // TestNothingWorksThatWasNotSeenTo asks for each scope alone too
		}
		wishes = append(wishes, string(scope))
	}
	for _, wish := range wishes {
		t.Run(wish, func(t *testing.T) {
			t.Parallel()
			scopes, err := capability.ParseScopes(wish)
			if err != nil {
				t.Fatal(err)
			}
			if report := newPatient(t).wanting(scopes...).examine(t); report.Status != doctor.Healthy ||
				report.Requests > doctor.DefaultBudget().Requests {
				t.Errorf("%d requests:\n%s", report.Requests, printedReport(t, report))
			}
		})
	}
}

// TestABusyMomentHidesNothing: one request of an examination gets no answer in time, and whatever is asked after it
// does, as in a shop that was busy for a moment. All the same everything is asked, and works.
func TestABusyMomentHidesNothing(t *testing.T) {
	t.Parallel()
	for _, moment := range []struct{ method, path string }{
		{"GET", "/orders$"}, {"POST", "doctor-probe$"}, {"POST", "/orders$"},
		{"GET", "/customers$"},
		{"PUT", "/orders/"},
	} {
		for _, late := range []time.Duration{7 * time.Second, 40 * time.Second} {
			t.Run(fmt.Sprint(moment.method, " ", moment.path, " ", late), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					busyOnce(t, moment.method, regexp.MustCompile(moment.path),
						late)
				})
			})
		}
	}
}

func busyOnce(t *testing.T, method string, path *regexp.Regexp, late time.Duration) {
	var once atomic.Bool
	p := newStillPatient(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method && r.Header.Get("Authorization") != "" && path.MatchString(r.URL.Path) &&
				!once.Swap(true) {
				time.Sleep(late)
			}
			next.ServeHTTP(w, r)
		})
	})
	p.wanting(doctor.OrdersRead, doctor.OrdersWrite, doctor.CustomersRead)
	report := p.examine(t, doctor.WithBudget(doctor.DefaultBudget()))
	if !once.Load() || report.Status != doctor.Healthy || len(report.Works) < 3 {
		t.Errorf("one late answer and\n%s", printedReport(t, report))
	}
}

var messageOf = regexp.MustCompile(`"message":"((?:[^"\\]|\\.)*)"`)

// translated is a store in a language nobody speaks: equal messages stay equal, different ones stay different, and none
// holds a word of English.
func translated(next http.Handler) http.Handler {
	return edit(func(_ *http.Request, body string) string {
		return messageOf.ReplaceAllStringFunc(body, func(message string) string {
			return fmt.Sprintf(`"message":"Ünvögel %x"`, crc32.ChecksumIEEE([]byte(message)))
		})
	})(next)
}

// TestLanguageDecidesNothing: the causes that WooCommerce tells apart by its messages alone, in another language.
func TestLanguageDecidesNothing(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"key-unknown", "secret-wrong", "key-read-only", "key-write-only", "key-owner-deleted", "key-owner-demoted",
		"auth-header-stripped", "is-ssl-false",
		"cap-create-missing", "rest-disabled", "php-fatal", "cache-rest",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t).breakIn(t, id).behind(t, translated)
			if report := p.examine(t); len(report.Findings) == 0 || report.Findings[0].ID != id {
				t.Errorf("in another language it is\n%s", describeReport(report))
			}
		})
	}
}
