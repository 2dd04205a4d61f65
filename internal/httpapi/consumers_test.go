package httpapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
)

type consumerView struct {
	Name, Store, Group string
	Position           int64
	Waiting            int
	More               bool
	LagSeconds         float64 `json:"lag_seconds"`
	SeenAt             string  `json:"seen_at"`
	AckedAt            string  `json:"acked_at"`
}

type changesPage struct {
	Changes []struct {
		Seq      int64
		ID       int64
		Resource string
	}
	Last int64
}

// TestAConsumerReadsAtItsOwnPace: what is not acknowledged comes again, also after it was read.
func TestAConsumerReadsAtItsOwnPace(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	var made, seen consumerView
	b.want(201, http.MethodPost, "/v1/consumers", `{"name":"erp","from":"now","store":"shop","resources":["orders"]}`).
		into(t, &made)
	if made.Name != "erp" || made.Store != "shop" || made.Waiting != 0 || made.Position != b.last() {
		t.Fatalf("made %+v", made)
	}
	if a := b.want(409, http.MethodPost, "/v1/consumers", `{"name":"erp"}`); a.code() != "consumer_exists" {
		t.Errorf("made twice: %s", a.text)
	}
	first, second := b.order(`{}`), b.order(`{}`)
	b.want(200, http.MethodPost, "/v1/stores/shop/sync", "", "Prefer", "wait=50")
	const read = "/v1/consumers/erp/changes?wait=20"
	var page, again changesPage
	b.want(200, http.MethodGet, read, "").into(t, &page)
	if len(page.Changes) != 2 || page.Changes[0].ID != first || page.Changes[1].ID != second {
		t.Fatalf("read %+v", page)
	}
	b.want(200, http.MethodGet, read, "").into(t, &again)
	if fmt.Sprint(again.Changes) != fmt.Sprint(page.Changes) {
		t.Errorf("read again %+v", again)
	}
	b.want(200, http.MethodGet, "/v1/consumers/erp", "").into(t, &seen)
	if seen.Waiting != 2 || seen.More || seen.SeenAt == "" || seen.AckedAt != "" || seen.Position != made.Position {
		t.Errorf("it is %+v", seen)
	}
	ack := func(seq int64) (v consumerView) {
		b.want(200, http.MethodPost, "/v1/consumers/erp/ack", fmt.Sprintf(`{"seq":%d}`, seq)).into(t, &v)
		return v
	}
	if v := ack(page.Changes[0].Seq); v.Waiting != 1 || v.Position != page.Changes[0].Seq || v.AckedAt == "" {
		t.Errorf("the first acknowledged: %+v", v)
	}
	b.want(200, http.MethodGet, read, "").into(t, &again)
	if len(again.Changes) != 1 || again.Changes[0].ID != second {
		t.Errorf("then it reads %+v", again)
	}
	if v := ack(again.Last); v.Waiting != 0 || v.LagSeconds != 0 {
		t.Errorf("all acknowledged: %+v", v)
	}
	if v := ack(made.Position); v.Position != again.Last {
		t.Errorf("a late acknowledgement moved it to %d", v.Position)
	}
	b.want(200, http.MethodPut, "/v1/consumers/erp/position", fmt.Sprintf(`{"seq":%d}`, made.Position)).into(t, &seen)
	if seen.Waiting != 2 {
		t.Errorf("moved back: %+v", seen)
	}
	for _, body := range []string{`{"seq":99999999}`, `{"seq":-1}`, `{}`} {
		for path, method := range map[string]string{"ack": http.MethodPost, "position": http.MethodPut} {
			if a := b.call(b.root, method, "/v1/consumers/erp/"+path, body); a.status != 400 && a.status != 422 {
				t.Errorf("%s %s: %d %s", path, body, a.status, a.text)
			}
		}
	}
	b.want(204, http.MethodDelete, "/v1/consumers/erp", "")
	if a := b.want(404, http.MethodGet, read, ""); a.code() != "consumer_not_found" {
		t.Errorf("removed: %s", a.text)
	}
	var log struct{ Entries []struct{ Action string } }
	b.want(200, http.MethodGet, "/v1/audit?limit=500", "").into(t, &log)
	actions := map[string]int{}
	for _, e := range log.Entries {
		actions[e.Action]++
	}
	if actions["acknowledge"] != 0 || actions["create-consumer"] != 2 || actions["remove-consumer"] != 1 {
		t.Errorf("the audit log has %v", actions)
	}
}

// TestConsumersOfGroupsAreApart: each group has its own names, and reads its own stores only.
func TestConsumersOfGroupsAreApart(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.group("mine")
	b.group("other")
	b.order(`{}`)
	b.connect("shop")
	b.want(200, http.MethodPut, "/v1/groups/mine/stores/shop", "")
	scopes := []access.Scope{access.ChangesRead, access.ConsumersWrite}
	mine := b.token(access.NewToken{Scopes: scopes, Group: "mine"})
	other := b.token(access.NewToken{Scopes: scopes, Group: "other"})
	for _, token := range []string{mine, other, b.root} {
		if a := b.call(token, http.MethodPost, "/v1/consumers", `{"name":"erp"}`); a.status != 201 {
			t.Fatalf("made: %d %s", a.status, a.text)
		}
	}
	for name, c := range map[string]struct {
		token    string
		none     bool
		shown    int
		confined int
	}{
		"mine":  {mine, false, 1, 201},
		"other": {other, true, 1, 404},
		"none":  {b.root, false, 3, 201},
	} {
		var page changesPage
		b.call(c.token, http.MethodGet, "/v1/consumers/erp/changes", "").into(t, &page)
		if (len(page.Changes) == 0) != c.none {
			t.Errorf("%s reads %d changes", name, len(page.Changes))
		}
		var list struct{ Consumers []consumerView }
		b.call(c.token, http.MethodGet, "/v1/consumers", "").into(t, &list)
		if n := len(list.Consumers); n != c.shown {
			t.Errorf("%s sees %+v", name, list.Consumers)
		}
		a := b.call(c.token, http.MethodPost, "/v1/consumers", `{"name":"of-shop","store":"shop"}`)
		if a.status != c.confined {
			t.Errorf("%s confined to the store: %d %s", name, a.status, a.text)
		}
		b.call(c.token, http.MethodDelete, "/v1/consumers/of-shop", "")
	}
}
