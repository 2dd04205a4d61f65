package mirror_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// shop is a store that serves given records byte for byte, with the lists, filters, orders, totals and clocks of
// WooCommerce, and lets a test change records and spoil answers at any request.
type shop struct {
	server *httptest.Server

	mu     sync.Mutex
	clock  time.Time      // what the shop stamps; stands still unless moved
	zone   *time.Location // of its local dates
	shelf  map[string]map[int64]*item
	plain  map[string]json.RawMessage // answers given as they are
	log    []string                   // path?query of every request
	meddle func(n int, r *http.Request)
	spoil  func(n int, w http.ResponseWriter, r *http.Request) bool
	// ignore are parameters the shop does not know.
	ignore    map[string]bool
	noTotals  bool
	noRefunds bool // WooCommerce before 9.0
	// listsVariations: as WooCommerce does since 10.3.
	listsVariations bool
	// fulfils: the feature of fulfilments is switched on. wraps: as up to 10.2.
	fulfils, wraps bool
	skew           time.Duration
	// hidden records are counted but never shown.
	hidden map[int64]bool
	// veiled records are neither shown nor counted by lists.
	veiled map[int64]bool
	// damaged records make every answer with them fail, their ids aside.
	damaged map[int64]bool
	// maxPage is the largest page that does not exhaust the memory; 0: none.
	maxPage int
	// most is the largest page that may be asked for, 100 when 0; a larger one is refused, or cut without a word.
	most int
	cuts bool
	// lags are states shown by lists in place of those on the shelf, unless the request passes caches.
	lags map[int64][]byte
	// pages is told in place of the number of pages when not 0.
	pages int
}

type item struct {
	id, parent        int64
	raw               []byte
	status            string
	created, modified time.Time
}

func newShop(t testing.TB) *shop {
	s := &shop{
		clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), zone: time.UTC,
		shelf: map[string]map[int64]*item{}, plain: map[string]json.RawMessage{}, ignore: map[string]bool{},
		hidden: map[int64]bool{}, damaged: map[int64]bool{},
	}
	for path, body := range map[string]string{
		"orders/statuses": wooStatuses, "settings/general": `[]`, "settings/tax": `[]`,
		"payment_gateways": `[]`, "taxes/classes": `[]`, "shipping/zones": `[]`, "products/attributes": `[]`,
		"reports/sales": `[{"total_sales":"0.00"}]`, "reports/orders/totals": `[]`, "reports/products/totals": `[]`,
		"reports/customers/totals": `[]`, "reports/coupons/totals": `[]`,
	} {
		s.plain[path] = json.RawMessage(body)
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0) // killed clients leave half a handshake
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	return s
}

const wooStatuses = `[{"slug":"pending","name":"Pending payment"},{"slug":"processing","name":"Processing"},{"slug":"on-hold","name":"On hold"},
	{"slug":"completed","name":"Completed"},{"slug":"cancelled","name":"Cancelled"},{"slug":"refunded","name":"Refunded"},{"slug":"failed","name":"Failed"},
	{"slug":"checkout-draft","name":"Draft"}]`

// put places a record on a shelf as it is.
func (s *shop) put(shelf string, parent int64, raw []byte) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.place(shelf, parent, raw)
}

func (s *shop) place(shelf string, parent int64, raw []byte) int64 {
	it := &item{parent: parent, raw: bytes.Clone(raw)}
	for m, err := range jsonvalue.Members(raw) {
		if err != nil {
			panic(err)
		}
		switch string(m.Name) {
		case "id":
			it.id, _ = jsonvalue.Int(m.Value)
		case "status":
			it.status = jsonvalue.Text(m.Value)
		case "date_created_gmt":
			it.created, _ = time.Parse(wooTime, jsonvalue.Text(m.Value))
		case "date_modified_gmt":
			it.modified, _ = time.Parse(wooTime, jsonvalue.Text(m.Value))
		}
	}
	if s.shelf[shelf] == nil {
		s.shelf[shelf] = map[int64]*item{}
	}
	s.shelf[shelf][it.id] = it
	return it.id
}

const wooTime = "2006-01-02T15:04:05"

// edit replaces members of a record and stamps it, as a save in the admin screens does. Pairs are names and JSON
// values.
func (s *shop) edit(shelf string, id int64, pairs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(shelf, id, append(pairs, "date_modified_gmt", quote(s.clock.Format(wooTime)),
		"date_modified", quote(s.clock.In(s.zone).Format(wooTime)))...)
}

// meddleWith replaces members and stamps nothing: an edit by SQL.
func (s *shop) meddleWith(shelf string, id int64, pairs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(shelf, id, pairs...)
}

func (s *shop) change(shelf string, id int64, pairs ...string) {
	it := s.shelf[shelf][id]
	if it == nil {
		panic(fmt.Sprintf("no record %d on shelf %s", id, shelf))
	}
	s.place(shelf, it.parent, withMembers(it.raw, pairs...))
}

func (s *shop) trash(shelf string, id int64) { s.edit(shelf, id, "status", `"trash"`) }

// remove deletes a record for good: nothing of it is left to read.
func (s *shop) remove(shelf string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.shelf[shelf], id)
}

func (s *shop) tick(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
}

// requests are those since the last call.
func (s *shop) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	unescaped, _ := url.QueryUnescape(r.URL.RawQuery)
	s.log = append(s.log, strings.TrimPrefix(r.URL.Path, "/wp-json/wc/v3/")+"?"+unescaped)
	n, meddle, spoil := len(s.log), s.meddle, s.spoil
	s.mu.Unlock()
	if meddle != nil {
		meddle(n, r)
	}
	if spoil != nil && spoil(n, w, r) {
		return
	}
	s.answer(w, r)
}

func (s *shop) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Date", s.clock.Add(s.skew).Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	path := strings.TrimPrefix(r.URL.Path, "/wp-json/wc/v3/")
	if body, ok := s.plain[path]; ok {
		_, _ = w.Write(body)
		return
	}
	if path == "refunds" && s.noRefunds || path == "variations" && !s.listsVariations {
		refuse(w, 404, "rest_no_route")
		return
	}
	shelf, parent, id := route(path)
	if shelf == "fulfillments" && s.fulfils {
		s.fulfillments(w, parent, id)
		return
	}
	if shelf == "" || shelf == "fulfillments" {
		refuse(w, 404, "rest_no_route")
		return
	}
	if id != 0 {
		it := s.shelf[shelf][id]
		if it == nil || parent != 0 && it.parent != parent || shelf == "refunds" && s.shelf["orders"][parent] == nil {
			refuse(w, 404, "woocommerce_rest_"+shelf+"_invalid_id")
			return
		}
		if s.damaged[id] {
			refuse(w, 500, "internal_server_error")
			return
		}
		_, _ = w.Write(it.raw)
		return
	}
	s.list(w, shelf, parent, r.URL.Query())
}

// fulfillments answers for those of an order (docs/woocommerce/orders.md#fulfillments).
func (s *shop) fulfillments(w http.ResponseWriter, order, id int64) {
	wrap := func(name string, body []byte) []byte {
		if s.wraps {
			return fmt.Appendf(nil, `{%q:%s}`, name, body)
		}
		return body
	}
	if s.shelf["orders"][order] == nil {
		refuse(w, 404, "woocommerce_rest_order_invalid_id")
		return
	}
	if id != 0 {
		it := s.shelf["fulfillments"][id]
		if it == nil || it.parent != order {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"code":404,"message":"Fulfillment not found.","data":{"status":400}}`)
			return
		}
		_, _ = w.Write(wrap("fulfillment", it.raw))
		return
	}
	found := s.selected("fulfillments", order, url.Values{})
	slices.SortFunc(found, func(a, b *item) int { return int(a.id - b.id) })
	list := make([][]byte, len(found))
	for i, it := range found {
		list[i] = it.raw
	}
	_, _ = w.Write(wrap("fulfillments", slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))))
}

// lagging makes lists show another state of a record; nil ends that.
func (s *shop) lagging(_ string, id int64, raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lags = map[int64][]byte{id: raw}
}

// raw is a record as it lies on the shelf.
func (s *shop) raw(shelf string, id int64) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.shelf[shelf][id].raw)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%q,"message":"No.","data":{"status":%d}}`, code, status)
}

func (s *shop) list(w http.ResponseWriter, shelf string, parent int64, q url.Values) {
	for name := range s.ignore {
		q.Del(name)
	}
	found := s.selected(shelf, parent, q)
	s.sort(found, q)
	size := intOr(q.Get("per_page"), 10)
	most := s.most
	if most == 0 {
		most = 100
	}
	if size > most {
		if !s.cuts {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(
				w,
				`{"code":"rest_invalid_param","message":"No.","data":{"status":400,"params":{"per_page":"No."}}}`,
			)
			return
		}
		size = most
	}
	offset := (intOr(q.Get("page"), 1) - 1) * size
	if q.Has("offset") {
		offset = intOr(q.Get("offset"), 0)
	}
	total := len(found)
	if shelf == "order_notes" {
		offset, size = 0, total
	}
	found = found[min(offset, total):min(offset+size, total)]
	fields := q.Get("_fields")
	var b bytes.Buffer
	b.WriteByte('[')
	for _, it := range found {
		if s.hidden[it.id] {
			continue
		}
		if fields == "" && s.damaged[it.id] {
			refuse(w, 500, "internal_server_error")
			return
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		raw := it.raw
		if lag := s.lags[it.id]; lag != nil && !q.Has("_") {
			raw = lag
		}
		if shelf == "refunds" && parent == 0 {
			// Only the list of all refunds names their orders.
			order := it.parent
			if s.shelf["orders"][order] == nil {
				order = 0
			}
			raw = append(fmt.Appendf(nil, `{"parent_id":%d,`, order), raw[1:]...)
		}
		b.Write(only(raw, fields))
	}
	b.WriteByte(']')
	if s.maxPage > 0 && fields == "" && len(found) > s.maxPage {
		w.WriteHeader(500) // PHP out of memory: nothing at all
		return
	}
	if !s.noTotals {
		if len(found) == 0 && offset > 0 && shelf == "orders" {
			total = 0 // page-beyond-total-zero
		}
		w.Header().Set("X-WP-Total", strconv.Itoa(total))
		w.Header().Set("X-WP-TotalPages", strconv.Itoa((total+size-1)/max(size, 1)))
		if s.pages > 0 {
			w.Header().Set("X-WP-TotalPages", strconv.Itoa(s.pages))
		}
	}
	_, _ = w.Write(b.Bytes())
}

// selected are the records a list's parameters select.
func (s *shop) selected(shelf string, parent int64, q url.Values) []*item {
	unsaid := "any"
	if shelf == "coupons" {
		unsaid = "publish,private" // docs/woocommerce/lists.md#coupons-status-filter
	}
	statuses := strings.Split(or(q.Get("status"), unsaid), ",")
	var include []string
	if q.Get("include") != "" {
		include = strings.Split(q.Get("include"), ",")
	}
	var found []*item
	for _, it := range s.shelf[shelf] {
		switch {
		case s.veiled[it.id], it.status == "auto-draft" && !slices.Contains(statuses, it.status),
			shelf == "customers" && !hasRole(it.raw, or(q.Get("role"), "all")):
			continue
		case parent != 0 && it.parent != parent,
			include != nil && !slices.Contains(include, strconv.FormatInt(it.id, 10)),
			slices.Contains(statuses, "any") && it.status == storage.StatusTrash,
			!slices.Contains(statuses, "any") && !slices.Contains(statuses, it.status),
			!s.within(it.created, q, "after", "before"),
			!s.within(it.modified, q, "modified_after", "modified_before"):
			continue
		}
		found = append(found, it)
	}
	return found
}

// hasRole says whether a customer has a role, be it the second.
func hasRole(raw []byte, role string) bool {
	return role == "all" || !bytes.Contains(raw, []byte("no_role")) && bytes.Contains(raw, fmt.Appendf(nil, `role":%q`, role))
}

// within compares as WooCommerce does: in local time unless dates_are_gmt, both bounds excluded.
func (s *shop) within(at time.Time, q url.Values, after, before string) bool {
	shown := at.In(s.zone).Format(wooTime)
	if q.Get("dates_are_gmt") == "true" {
		shown = at.Format(wooTime)
	}
	if bound := q.Get(after); bound != "" && shown <= bound {
		return false
	}
	bound := q.Get(before)
	return bound == "" || shown < bound
}

func (s *shop) sort(found []*item, q url.Values) {
	by := or(q.Get("orderby"), "date")
	slices.SortFunc(found, func(a, b *item) int {
		order := 0
		switch by {
		case "date":
			order = a.created.Compare(b.created)
		case "modified":
			// The posts table orders by local time, which repeats an hour.
			order = strings.Compare(a.modified.In(s.zone).Format(wooTime), b.modified.In(s.zone).Format(wooTime))
		}
		if order == 0 {
			order = int(a.id - b.id)
		}
		if or(q.Get("order"), "desc") == "desc" {
			return -order
		}
		return order
	})
}
