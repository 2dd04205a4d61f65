package mirror_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

func TestMissingTotalsAreDoneWithout(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 99, 100, 101, 199, 250} {
		t.Run(fmt.Sprint(n, " orders"), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.noTotals = true
			b.shop.fill(t, n)
			b.sync()
			b.equal()
			b.shop.tick(time.Minute)
			b.shop.newOrder(t, 9000)
			b.sync()
			b.equal()
		})
	}
}

func TestIgnoredFiltersLoseNothing(t *testing.T) {
	t.Parallel()
	west := time.FixedZone("", -5*3600)
	for _, tt := range []struct {
		name   string
		ignore []string
		zone   *time.Location
	}{
		{"modified_after", []string{"modified_after"}, time.UTC},
		{"modified_after, west of Greenwich", []string{"modified_after", "dates_are_gmt"}, west},
		{"dates_are_gmt, west of Greenwich", []string{"dates_are_gmt"}, west},
		{"dates_are_gmt, east of Greenwich", []string{"dates_are_gmt"}, time.FixedZone("", 9*3600)},
		{"after and before", []string{"after", "before"}, time.UTC},
		{"all dates", []string{"after", "before", "modified_after", "dates_are_gmt"}, west},
		{"include", []string{"include"}, time.UTC},
		{"the trash", []string{"status"}, time.UTC},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, smallWindows)
			b.shop.zone = tt.zone
			for _, name := range tt.ignore {
				b.shop.ignore[name] = true
			}
			b.shop.fill(t, 200)
			b.sync()
			if tt.name != "the trash" {
				b.equal()
			}
			b.shop.tick(time.Hour)
			b.wait(time.Hour)
			for i := range 30 {
				b.shop.edit("orders", 1000+3*int64(i), "customer_note", `"edited"`)
			}
			b.shop.remove("orders", 1300)
			b.shop.newOrder(t, 9000)
			b.sync()
			b.equal()
			// What cannot be filtered is followed by cheap fields, not by reading everything again.
			b.shop.tick(time.Minute)
			b.wait(time.Minute)
			b.sync()
			b.shop.requests()
			b.sync()
			whole := 0
			for _, r := range b.shop.requests() {
				if strings.HasPrefix(r, "orders?") && !strings.Contains(r, "_fields") {
					whole++
				}
			}
			if whole > 4 {
				t.Errorf("a sync of the unchanged store read %d pages of whole orders", whole)
			}
		})
	}
}

// storm spoils answers with a given share, in bursts.
func storm(spoil func(w http.ResponseWriter)) func(int, http.ResponseWriter, *http.Request) bool {
	return func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n%17 < 9 {
			return false
		}
		spoil(w)
		return true
	}
}

func problemInJSON(status int, code string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { refuse(w, status, code) }
}

func status(code int, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<html><head><title>Error</title></head></html>"))
	}
}

func TestStormsOfFailuresLoseNothing(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(http.ResponseWriter){
		"429":                status(http.StatusTooManyRequests),
		"500 page":           status(http.StatusInternalServerError),
		"500 empty":          func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		"502":                status(http.StatusBadGateway),
		"503":                status(http.StatusServiceUnavailable),
		"504":                status(http.StatusGatewayTimeout),
		"challenge with 200": status(http.StatusOK, "Content-Type", "text/html", "Cf-Mitigated", "challenge"),
		"challenge with 403": status(http.StatusForbidden, "Content-Type", "text/html"),
		"empty 200":          func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"reset":              reset,
		// Go itself asks again when a connection it used before ends without a byte.
		"reset in the head": func(w http.ResponseWriter) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Ty"))
				_ = conn.Close()
			}
		},
		"429 in JSON": problemInJSON(http.StatusTooManyRequests, "too_many_requests"),
		"500 in JSON": problemInJSON(http.StatusInternalServerError, "internal_server_error"),
		"truncated body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "5000")
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`[{"id":1,"status":"compl`))
		},
		"truncated body, length unknown": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`[{"id":1,"status":"compl`))
		},
		"JSON of another kind": func(w http.ResponseWriter) {
			_, _ = w.Write([]byte(`{"success":false,"data":null}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, smallWindows)
			b.shop.fill(t, 200)
			// What passes by itself is asked again by the same step, which succeeds: here every address fails once.
			var asked sync.Map
			b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
				address := *r.URL
				query := address.Query()
				query.Del("_") // new with each reading that decides
				address.RawQuery = query.Encode()
				if _, again := asked.LoadOrStore(address.String(), true); again {
					return false
				}
				spoil(w)
				return true
			}
			b.sync()
			b.shop.spoil = storm(spoil)
			b.stubborn()
			b.shop.tick(time.Minute)
			b.shop.edit("orders", 1003, "customer_note", `"x"`)
			b.shop.trash("orders", 1006)
			b.shop.remove("orders", 1009)
			b.shop.newOrder(t, 9000)
			b.stubborn()
			b.sameAsShelves()
			b.shop.spoil = nil
			b.wait(6 * time.Minute) // a list that failed is read again then
			b.sync()
			b.equal()
		})
	}
}

func TestAStoreInTroubleIsSaidToBe(t *testing.T) {
	t.Parallel()
	var said []string
	last := ""
	b := setup(t, smallWindows, func(o *mirror.Options) {
		o.Observe = func(p mirror.Progress) {
			if last = p.Trouble; last != "" {
				said = append(said, last)
			}
		}
	})
	b.shop.fill(t, 40)
	b.shop.spoil = storm(status(http.StatusBadGateway))
	b.stubborn()
	if len(said) == 0 || said[0] != "the store answered 502" {
		t.Errorf("of a store that answered 502 was said %q", said)
	}
	b.shop.spoil = nil
	b.sync()
	if last != "" {
		t.Errorf("of a healthy store is still said %q", last)
	}
}

func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestTimeoutsLoseNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, smallWindows)
	pool := b.shop.server.Client().Transport
	client, err := woo.New(b.shop.server.URL, woo.Credentials{Key: "ck_test", Secret: "cs_test"},
		woo.WithTransport(pool), woo.WithTimeout(150*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	b.client = client
	b.shop.fill(t, 60)
	var asked sync.Map
	b.shop.spoil = func(n int, _ http.ResponseWriter, r *http.Request) bool {
		if _, again := asked.LoadOrStore(r.URL.String(), true); again || n%3 != 1 {
			return false
		}
		<-r.Context().Done() // answers when nobody listens any more
		return true
	}
	b.sync() // each is asked again by the step it fails
	b.shop.spoil = nil
	b.equal()
}

func TestNoticesBeforeJSONAreReadAround(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		inner := httptest.NewRecorder()
		b.shop.answer(inner, r)
		for name, values := range inner.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(inner.Code)
		_, _ = w.Write(
			[]byte("<br />\n<b>Notice</b>:  Undefined index: x in <b>/srv/x.php</b> on line <b>3</b><br />\n"),
		)
		_, _ = w.Write(inner.Body.Bytes())
		return true
	}
	b.sync()
	b.shop.spoil = nil
	b.equal()
}

func TestACacheInFrontOfTheStoreIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 120)
	cache := map[string]*httptest.ResponseRecorder{}
	b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		address := r.URL.String()
		b.shop.mu.Lock()
		stored := cache[address]
		b.shop.mu.Unlock()
		if stored == nil {
			stored = httptest.NewRecorder()
			b.shop.answer(stored, r)
			b.shop.mu.Lock()
			cache[address] = stored
			b.shop.mu.Unlock()
		} else {
			w.Header().Set("X-Cache", "HIT")
			w.Header().Set("Age", "30")
		}
		for name, values := range stored.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(stored.Code)
		_, _ = w.Write(stored.Body.Bytes())
		return true
	}
	b.sync()
	b.shop.tick(time.Minute)
	b.shop.edit("orders", 1003, "customer_note", `"fresh"`)
	b.shop.remove("orders", 1009)
	b.sync()
	b.shop.spoil = nil
	b.equal()
}

func TestAStoreThatFailsOnLargePagesIsReadInSmallOnes(t *testing.T) {
	t.Parallel()
	for _, most := range []int{60, 12, 3} {
		t.Run(fmt.Sprint("at most ", most), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Retries = -1 })
			b.shop.fill(t, 150)
			b.shop.maxPage = most
			b.stubborn()
			if n := about(b.shop.requests(), "orders"); n > 150+3*150/(most-1) {
				t.Errorf("150 orders in pages of at most %d cost %d requests", most, n)
			}
			b.equal()
		})
	}
}

func TestAStoreThatGivesSmallerPagesThanAskedFor(t *testing.T) {
	t.Parallel()
	for _, cuts := range []bool{false, true} {
		for _, most := range []int{50, 30, 7} {
			if testing.Short() && most != 30 {
				continue
			}
			t.Run(fmt.Sprintf("at most %d, cut %v", most, cuts), func(t *testing.T) {
				t.Parallel()
				b := setup(t)
				b.shop.fill(t, 150)
				b.sync()
				b.shop.most, b.shop.cuts = most, cuts // from one day to the next
				b.equal()                             // verify is the first to meet it
				b.shop.tick(time.Hour)
				b.wait(time.Hour)
				for i := range int64(120) {
					b.shop.edit("orders", 1000+3*i, "customer_note", `"edited"`)
				}
				b.sync()
				b.sameAsShelves()
				b.equal()
				b.shop.requests()
				fresh := setup(t)
				fresh.client = b.client
				fresh.sync()
				fresh.shop = b.shop
				fresh.sameAsShelves()
				fresh.equal()
			})
		}
	}
}

func TestAWrongCountOfPagesMakesNoPageSmaller(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 350} {
		b := setup(t)
		b.shop.fill(t, n)
		b.shop.pages = n
		b.sync()
		if kept, err := b.db.Cursor(t.Context(), b.store.ID, "ceiling"); err != nil || kept != nil {
			t.Errorf("of a store of %d orders was learned %s, %v", n, kept, err)
		}
		b.equal()
	}
}

// An outage is not the fault of the records that are to be read just then.
func TestAnOutagePutsNoRecordOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.sync()
	b.shop.tick(time.Minute)
	b.shop.remove("orders", 1009)
	down := false
	b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if down = down || strings.HasSuffix(r.URL.Path, "/orders/1009"); down {
			refuse(w, http.StatusInternalServerError, "internal_server_error")
		}
		return down
	}
	b.wait(time.Second)
	if _, err := b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Since: b.now()}); err == nil || !down {
		t.Fatalf("the outage went unnoticed: %v", err)
	}
	b.shop.spoil = nil
	b.sync()
	b.equal()
}

func TestADamagedRecordKeepsNoOtherOut(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *mirror.Options) { o.Retries = -1 })
	b.shop.fill(t, 150)
	b.shop.damaged[1150] = true
	result, err := b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Now: true})
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(result.Warnings, "\n"); !strings.Contains(text, "orders/1150") {
		t.Errorf("nobody is told about the damaged record: %q", text)
	}
	n, err := b.db.CountRecords(t.Context(), storage.Query{StoreID: b.store.ID, Resource: storage.Orders})
	if err != nil || n != 149 {
		t.Fatalf("the mirror holds %d orders, want 149 (%v)", n, err)
	}
	report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
	if err != nil || report.Equal() {
		t.Errorf("verify calls a mirror equal that lacks a record (%v)", err)
	}
	b.shop.requests()
	b.sync()
	if log := b.shop.requests(); about(log, "orders") > 10 {
		t.Errorf("a known damaged record costs %d requests each time: %v", about(log, "orders"), log)
	}
	delete(b.shop.damaged, 1150)
	b.wait(2 * time.Hour)
	b.sync()
	b.equal()
}

func TestHiddenRecordsEndNoListEarly(t *testing.T) {
	t.Parallel()
	for _, totals := range []bool{true, false} {
		t.Run(fmt.Sprint("totals ", totals), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.PerPage = 10 })
			b.shop.noTotals = !totals
			b.shop.fill(t, 100)
			for _, i := range []int64{0, 9, 18, 30, 31, 32, 50, 51, 52, 53, 54, 55, 56, 57, 58, 99} {
				b.shop.hidden[1000+3*i] = true
			}
			b.sync()
			n, err := b.db.CountRecords(t.Context(), storage.Query{StoreID: b.store.ID, Resource: storage.Orders})
			if err != nil || n < 84 {
				t.Errorf("the mirror holds %d of the 84 orders the store shows (%v)", n, err)
			}
		})
	}
}

func TestAbsenceFromAListDeletesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 150)
	b.sync()
	for i := range int64(40) {
		b.shop.hidden[1000+3*i] = true // the plugin that knows their status was switched off
	}
	b.shop.remove("orders", 1300)
	b.sync()
	b.wait(48 * time.Hour)
	b.sync()
	if applied := b.step(mirror.Budget{Sweep: true}).Applied; applied.Deleted != 0 {
		t.Errorf("%d orders were deleted that the store still has", applied.Deleted)
	}
	clear(b.shop.hidden)
	b.sync()
	b.equal()
}

func TestOnlyTheStoresOwn404Deletes(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"page of the web server": status(http.StatusNotFound),
		"JSON without a code": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error":"not found"}`))
		},
		"missing route": func(w http.ResponseWriter) { refuse(w, http.StatusNotFound, "rest_no_route") },
		"refusal":       func(w http.ResponseWriter) { refuse(w, http.StatusForbidden, "woocommerce_rest_cannot_view") },
		"gone":          func(w http.ResponseWriter) { refuse(w, http.StatusGone, "gone") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Retries = -1 })
			b.shop.fill(t, 50)
			b.sync()
			b.shop.hidden[1003] = true
			b.shop.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
				if strings.HasSuffix(r.URL.Path, "/orders/1003") {
					answer(w)
					return true
				}
				return false
			}
			for range 3 {
				_, _ = b.mirror.Pull(t.Context(), b.store.ID, b.client, mirror.Budget{Now: true, Sweep: true})
			}
			b.shop.spoil = nil
			clear(b.shop.hidden)
			if kind := kinds(t, b.db, b.store.ID, 0)["orders/1003"]; kind != storage.Created {
				t.Errorf("order 1003 was %s", kind)
			}
		})
	}
}
