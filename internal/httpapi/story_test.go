package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestTheWholeStoryOfAnOrder: a shop is connected, an order comes in, its tracking number goes back.
func TestTheWholeStoryOfAnOrder(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	var stores struct{ Stores []struct{ Name, URL string } }
	b.want(200, http.MethodGet, "/v1/stores", "").into(t, &stores)
	if len(stores.Stores) != 1 || stores.Stores[0].Name != "shop" {
		t.Fatalf("stores: %+v", stores)
	}
	var page struct {
		Changes []struct {
			Seq            int64
			Store          string
			Resource, Kind string
			ID             int64
		}
		Last int64
	}
	b.want(200, http.MethodGet, "/v1/changes?limit=1000", "").into(t, &page)
	last := page.Last
	id := b.order(`{"status":"processing","billing":{"email":"Ann@shop.example","last_name":"Ångström"}}`)
	b.want(202, http.MethodPost, "/v1/stores/shop/sync", "")
	for {
		b.want(200, http.MethodGet, fmt.Sprintf("/v1/changes?after=%d&wait=20&resource=orders", last), "").into(t, &page)
		if len(page.Changes) > 0 {
			break
		}
		if page.Last < last {
			t.Fatalf("last fell from %d to %d", last, page.Last)
		}
		last = page.Last
	}
	if c := page.Changes[0]; c.ID != id || c.Kind != "created" || c.Store != "shop" {
		t.Fatalf("the change is %+v", c)
	}
	order := fmt.Sprintf("/v1/stores/shop/orders/%d", id)
	got := b.want(200, http.MethodGet, order, "")
	var seen struct {
		Tag    string
		Hash   string
		Record struct{ Status string }
		Writes []any
	}
	got.into(t, &seen)
	if seen.Record.Status != "processing" || seen.Tag != `"`+seen.Hash+`"` || len(seen.Writes) != 0 {
		t.Errorf("the order is %s", got.text)
	}
	if again := b.want(304, http.MethodGet, order, "", "If-None-Match", got.header.Get("ETag")); again.text != "" {
		t.Errorf("304 with %q", again.text)
	}

	body := `{"status":"completed","meta_data":[{"key":"_tracking_number","value":"1Z999"}]}`
	key := []string{"Idempotency-Key", "track-1", "If-Match", seen.Tag, "Prefer", "wait=40"}
	done := b.want(200, http.MethodPatch, order, body, key...)
	var write struct {
		ID, State string
		Repeated  bool
		Problem   any
		Record    struct {
			Status string
			Meta   []struct {
				Key   string
				Value any
			} `json:"meta_data"`
		}
	}
	done.into(t, &write)
	if write.State != "done" || write.Record.Status != "completed" || write.Problem != nil ||
		!strings.Contains(done.text, `"value":"1Z999"`) {
		t.Fatalf("the write is %s", done.text)
	}
	if done.header.Get("Preference-Applied") != "wait=40" {
		t.Errorf("headers %v", done.header)
	}
	first := write.ID
	b.want(200, http.MethodPatch, order, body, key...).into(t, &write)
	if write.ID != first || !write.Repeated {
		t.Errorf("repeated it is %+v, first %s", write, first)
	}
	other := b.call(b.root, http.MethodPatch, order, `{"status":"on-hold"}`, "Idempotency-Key", "track-1")
	if other.status != 422 || other.code() != "idempotency_key_reused" {
		t.Errorf("another body under the key: %d %s", other.status, other.text)
	}
	stale := b.call(b.root, http.MethodPatch, order, `{"status":"on-hold"}`, "If-Match", seen.Tag)
	if stale.status != 412 || stale.code() != "precondition_failed" {
		t.Errorf("an old tag: %d %s", stale.status, stale.text)
	}
	b.want(200, http.MethodGet, done.header.Get("Location"), "").into(t, &write)
	if write.ID != first {
		t.Errorf("at its address is %+v", write)
	}
}

// TestEveryWriteOfTheCommandLineCanBeMade: records, notes, refunds, stock, many at once, and what would be sent.
func TestEveryWriteOfTheCommandLineCanBeMade(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	wait := []string{"Prefer", "wait=40"}
	var one struct {
		RecordID int64 `json:"record_id"`
		State    string
		Problem  *struct{ Code string }
	}
	write := func(method, path, body, key string) int64 {
		t.Helper()
		headers := wait
		if key != "" {
			headers = append([]string{"Idempotency-Key", key}, wait...)
		}
		one.Problem = nil
		a := b.want(200, method, path, body, headers...)
		a.into(t, &one)
		if one.State != "done" {
			t.Fatalf("%s %s: %s", method, path, a.text)
		}
		return one.RecordID
	}
	post, records := http.MethodPost, "/v1/stores/shop/records/"
	product := write(post, records+"products",
		`{"name":"Mug","sku":"MUG-1","type":"simple","regular_price":"10.00","manage_stock":true,"stock_quantity":5}`, "p1")
	order := write(post, records+"orders",
		fmt.Sprintf(`{"set_paid":true,"line_items":[{"product_id":%d,"quantity":2}]}`, product), "o1")
	path := fmt.Sprintf("/v1/stores/shop/orders/%d", order)
	write(post, path+"/notes", `{"note":"picked","customer_note":false}`, "n1")
	write(post, path+"/refunds", `{"amount":"5.00","reason":"dented","api_refund":false}`, "r1")
	var several struct{ Writes []struct{ State string } }
	b.want(200, post, "/v1/stores/shop/stock", `{"stock":[{"sku":"MUG-1","stock_quantity":12}]}`, wait...).into(t, &several)
	if len(several.Writes) != 1 || several.Writes[0].State != "done" {
		t.Errorf("stock: %+v", several)
	}
	var whole struct{ Refunds []any }
	b.want(200, http.MethodGet, path, "").into(t, &whole)
	if len(whole.Refunds) != 1 {
		t.Errorf("the order has %d refunds", len(whole.Refunds))
	}
	many := `{"writes":[{"action":"update","resource":"products","name":"MUG-1","body":{"name":"Cup"}},
		{"action":"create","resource":"coupons","body":{"code":"TEN"}}]}`
	dry := b.want(200, post, "/v1/stores/shop/writes?dry_run=true", many)
	if !strings.Contains(dry.text, `"method":"PUT"`) && !strings.Contains(dry.text, `"method":"POST"`) {
		t.Errorf("a dry run shows %s", dry.text)
	}
	b.want(200, post, "/v1/stores/shop/writes", many, "Idempotency-Key", "m1", "Prefer", "wait=40").into(t, &several)
	if len(several.Writes) != 2 || several.Writes[0].State != "done" || several.Writes[1].State != "done" {
		t.Errorf("many: %+v", several)
	}
	write(http.MethodDelete, fmt.Sprintf("%sorders/%d", records, order), "", "")

	for what, c := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"a create without a key":  {post, records + "orders", `{}`, 400, "idempotency_key_missing"},
		"a note without a key":    {post, path + "/notes", `{"note":"x"}`, 400, "idempotency_key_missing"},
		"a change without a key":  {post, "/v1/stores/shop/stock", `{"stock":[{"sku":"MUG-1","inventory_delta":1}]}`, 400, "idempotency_key_missing"},
		"many without keys":       {post, "/v1/stores/shop/writes", many, 400, "idempotency_key_missing"},
		"no kind of record":       {post, records + "ordres", `{}`, 404, "record_not_found"},
		"no number":               {http.MethodPatch, records + "orders/abc", `{}`, 422, "input_invalid"},
		"no object":               {http.MethodPatch, records + "orders/1", `[1]`, 422, "input_invalid"},
		"no JSON":                 {http.MethodPatch, records + "orders/1", `{"a":`, 400, "input_invalid"},
		"an unknown field":        {http.MethodPatch, fmt.Sprintf("%sproducts/%d", records, product), `{"naming":"x"}`, 422, "input_invalid"},
		"a misspelt member":       {post, path + "/notes", `{"nota":"x"}`, 422, "input_invalid"},
		"a misspelt parameter":    {http.MethodGet, records + "orders?statsu=completed", "", 422, "input_invalid"},
		"a product nobody knows":  {post, "/v1/stores/shop/stock", `{"stock":[{"sku":"NONE","stock_quantity":1}]}`, 422, "input_invalid"},
		"stock without quantity":  {post, "/v1/stores/shop/stock", `{"stock":[{"sku":"MUG-1"}]}`, 422, "input_invalid"},
		"a write nobody knows":    {http.MethodGet, "/v1/stores/shop/writes/0", "", 404, "record_not_found"},
		"a store nobody knows":    {http.MethodGet, "/v1/stores/none", "", 404, "store_not_found"},
		"no route":                {http.MethodGet, "/v1/nothing", "", 404, "route_not_found"},
		"a method it has not":     {http.MethodPut, "/v1/stores", `{}`, 405, "method_not_allowed"},
		"a stream of nothing":     {http.MethodGet, "/v1/changes/stream?resource=ordres", "", 422, "input_invalid"},
		"a cursor of another one": {http.MethodGet, records + "orders?cursor=abc", "", 422, "input_invalid"},
	} {
		a := b.call(b.root, c.method, c.path, c.body)
		if a.status != c.status || a.code() != c.code {
			t.Errorf("%s: got %d %s, want %d %s", what, a.status, a.text, c.status, c.code)
		}
		if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s: Content-Type %s", what, kind)
		}
	}
}

// TestARequestAtTheWrongAddressOrOfTheWrongTypeIsShownTheWay: what people try first.
func TestARequestAtTheWrongAddressOrOfTheWrongTypeIsShownTheWay(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	const form = "application/x-www-form-urlencoded" // what curl -d says
	for _, c := range []struct {
		path, kind string
		status     int
		hint       string
	}{
		{"/v1/stores/shop/orders", "application/json", 404, "POST /v1/stores/NAME/records/orders"},
		{"/v1/stores/shop/products/", "application/json", 404, "POST /v1/stores/NAME/records/products"},
		{"/v1/stores/shop/ordres", "application/json", 404, "/openapi.json"},
		{"/v1/stores", form, 415, "Send Content-Type: application/json"},
	} {
		a := b.call(b.root, http.MethodPost, c.path, `{"name":"shop"}`, "Content-Type", c.kind)
		var p struct{ Hint string }
		a.into(t, &p)
		if a.status != c.status || !strings.Contains(p.Hint, c.hint) {
			t.Errorf("%s: got %d %s, want %d with %q", c.path, a.status, a.text, c.status, c.hint)
		}
	}
}

// TestAParkedWriteIsDecidedAbout: a conflict shows every version, and goes through when the caller says so.
func TestAParkedWriteIsDecidedAbout(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"sync.poll_min": "1h", "sync.poll_max": "1h"})
	id := b.order(`{"status":"processing","customer_note":"one"}`)
	b.connect("shop")
	path := fmt.Sprintf("/v1/stores/shop/orders/%d", id)
	b.change(id, `{"customer_note":"two"}`)
	var w struct {
		ID, State string
		Problem   struct{ Code string }
		Conflict  []any
	}
	b.want(200, http.MethodPatch, path, `{"customer_note":"three"}`, "Prefer", "wait=40").into(t, &w)
	if w.State != "parked" || w.Problem.Code != "write_conflict" {
		t.Fatalf("the write is %+v", w)
	}
	at := "/v1/stores/shop/writes/" + w.ID
	b.want(200, http.MethodGet, at, "").into(t, &w)
	if len(w.Conflict) == 0 {
		t.Error("no versions are shown")
	}
	var list struct{ Writes []struct{ ID string } }
	b.want(200, http.MethodGet, "/v1/stores/shop/writes?state=parked", "").into(t, &list)
	if len(list.Writes) != 1 || list.Writes[0].ID != w.ID {
		t.Errorf("parked are %+v", list)
	}
	b.want(200, http.MethodPost, at+"/decision", `{"decision":"retry","policy":"caller"}`, "Prefer", "wait=40").into(t, &w)
	if w.State != "done" {
		t.Errorf("after the decision it is %+v", w)
	}
	if a := b.call(b.root, http.MethodPost, at+"/decision", `{"decision":"discard"}`); a.status != 400 {
		t.Errorf("discarding what is done: %d %s", a.status, a.text)
	}
}

// TestStoresLiveTheirLife: paused, resumed, with another key, examined, removed.
func TestStoresLiveTheirLife(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.order(`{"status":"processing"}`)
	b.connect("shop")
	b.want(200, http.MethodPost, "/v1/stores/shop/pause", "")
	if a := b.call(b.root, http.MethodPost, "/v1/stores/shop/sync", ""); a.status != 409 || a.code() != "store_paused" {
		t.Errorf("a paused store: %d %s", a.status, a.text)
	}
	b.want(200, http.MethodPost, "/v1/stores/shop/resume", "")
	wrong := b.call(b.root, http.MethodPut, "/v1/stores/shop/key", `{"key":"ck_wrong","secret":"cs_wrong"}`)
	if wrong.status != 502 || wrong.code() != "credentials_refused" || strings.Contains(wrong.text, "cs_wrong") {
		t.Errorf("a wrong key: %d %s", wrong.status, wrong.text)
	}
	key, err := json.Marshal(map[string]string{"key": b.shop.Key, "secret": b.shop.Secret})
	b.ok(err)
	var st struct{ Mirrored struct{ Orders int } }
	b.want(200, http.MethodPut, "/v1/stores/shop/key", string(key)).into(t, &st)
	if st.Mirrored.Orders == 0 {
		t.Error("a new key has cost the mirror")
	}
	again := b.call(b.root, http.MethodPost, "/v1/stores",
		`{"url":"`+b.shop.URL+`","key":"`+b.shop.Key+`","secret":"`+b.shop.Secret+`"}`)
	if again.status != 409 || again.code() != "store_exists" {
		t.Errorf("connected twice: %d %s", again.status, again.text)
	}
	var looked struct{ Report struct{ Status string } }
	b.want(200, http.MethodPost, "/v1/stores/shop/diagnosis", `{}`).into(t, &looked)
	if looked.Report.Status != "healthy" {
		t.Errorf("the doctor says %+v", looked)
	}
	b.want(204, http.MethodDelete, "/v1/stores/shop", "")
	b.want(404, http.MethodGet, "/v1/stores/shop", "")

	var audit struct {
		Entries []struct{ Action, Object, Code, From string }
	}
	b.want(200, http.MethodGet, "/v1/audit?limit=100", "").into(t, &audit)
	seen := map[string]bool{}
	for _, e := range audit.Entries {
		seen[e.Action+" "+e.Object+" "+e.Code] = e.From == "127.0.0.1"
	}
	for _, want := range []string{"connect-store shop ", "pause-store shop ", "sync-store shop store_paused",
		"replace-key shop credentials_refused", "replace-key shop ", "diagnose-store shop ", "remove-store shop "} {
		if !seen[want] {
			t.Errorf("the audit log lacks %q: %v", want, seen)
		}
	}
}

// TestNoSecretIsAnywhere looks for every secret of a run in the log and the audit log.
func TestNoSecretIsAnywhere(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	made := b.want(201, http.MethodPost, "/v1/tokens", `{"name":"child","scopes":["records:read"]}`)
	var child struct{ Token string }
	made.into(t, &child)
	b.call(child.Token+"x", http.MethodGet, "/v1/stores", "")
	b.call(child.Token, http.MethodGet, "/v1/stores/"+b.root, "")
	b.call(child.Token, http.MethodPost, "/v1/stores/"+b.root+"/pause", "")
	b.want(200, http.MethodDelete, "/v1/tokens/"+child.Token, "")
	b.want(200, http.MethodPost, "/v1/stores/shop/diagnosis", `{}`)
	log := b.log.String()
	everything := b.want(200, http.MethodGet, "/v1/audit?limit=100", "").text +
		b.want(200, http.MethodGet, "/v1/tokens", "").text + b.want(200, http.MethodGet, "/v1/stores", "").text
	if log == "" {
		t.Error("nothing was logged")
	}
	for name, secret := range map[string]string{"root": b.root, "child": child.Token, "key": b.shop.Key,
		"secret": b.shop.Secret} {
		if strings.Contains(log, secret) {
			t.Errorf("the %s stands in the log", name)
		}
		if strings.Contains(everything, secret) {
			t.Errorf("the %s stands in an answer", name)
		}
	}
}

// change changes an order on the store, behind Waybill's back.
func (b *bundle) change(id int64, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPut,
		fmt.Sprintf("%s/wp-json/wc/v3/orders/%d", b.shop.URL, id), strings.NewReader(body))
	b.ok(err)
	req.SetBasicAuth(b.shop.Key, b.shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	client := b.shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	b.ok(err)
	b.ok(res.Body.Close())
	if res.StatusCode != http.StatusOK {
		b.Fatalf("the store answered %s", res.Status)
	}
}
