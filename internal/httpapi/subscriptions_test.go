package httpapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
)

type subscriptionView struct {
	Name, Target, State, Secret string
	Stores                      []string
}

type deliveryView struct {
	ID, State, Subscription string
	Seq, Status             int64
}

// TestASubscriptionIsSentTo: made, tested, sent to, sent again, rotated, paused, removed; another group has no part in
// it, and no answer holds its address or secret again.
func TestASubscriptionIsSentTo(t *testing.T) {
	t.Parallel()
	type sent struct {
		Webhook, Signature string `json:"-"`
		Type               string
		Test               bool
		Record             struct{ ID int64 }
	}
	came := make(chan sent, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s := sent{Webhook: r.Header.Get("Webhook-Id"), Signature: r.Header.Get("Webhook-Signature")}
		if json.Unmarshal(body, &s) != nil || r.Header.Get("X-Key") != "hush-header" {
			t.Errorf("what came is %s with %v", body, r.Header)
		}
		came <- s
	}))
	t.Cleanup(receiver.Close)
	b := setup(t, map[string]string{"subscriptions.private_networks": "127.0.0.1"})
	b.connect("shop")
	b.group("other")
	const erp = "/v1/subscriptions/erp"
	made := b.want(201, http.MethodPost, "/v1/subscriptions", `{"name":"erp","url":"`+receiver.URL+`/hush-path",
		"headers":{"X-Key":"hush-header"},"stores":["shop"],"resources":["orders"],"kinds":["created"],
		"filter":"record.status == \"processing\"","fields":["id"]}`)
	var v subscriptionView
	made.into(t, &v)
	if !strings.HasPrefix(v.Secret, "whsec_") || v.State != "active" || len(v.Stores) != 1 {
		t.Fatalf("made %s", made.text)
	}
	var tried struct{ Taken bool }
	b.want(200, http.MethodPost, erp+"/test", "").into(t, &tried)
	if s := <-came; !tried.Taken || !s.Test || s.Signature == "" {
		t.Errorf("the test came as %+v", s)
	}
	b.order(`{"status":"on-hold"}`)
	order := b.order(`{"status":"processing"}`)
	b.want(200, http.MethodPost, "/v1/stores/shop/sync", "", "Prefer", "wait=50")
	first := <-came
	if first.Record.ID != order || first.Type != "orders.created" {
		t.Errorf("it came as %+v", first)
	}
	b.want(200, http.MethodPost, "/v1/deliveries/"+first.Webhook+"/redeliver", "")
	if again := <-came; again.Webhook != first.Webhook {
		t.Errorf("sent again it is %+v", again)
	}
	var page struct{ Deliveries []deliveryView }
	b.want(200, http.MethodGet, erp+"/deliveries", "").into(t, &page)
	if len(page.Deliveries) != 1 || page.Deliveries[0].ID != first.Webhook || page.Deliveries[0].Subscription != "erp" {
		t.Errorf("its deliveries are %+v", page)
	}
	b.want(200, http.MethodPost, erp+"/rotate-secret", `{}`)
	b.want(200, http.MethodPost, erp+"/redeliver", `{"after":0}`)
	if s := <-came; s.Webhook != first.Webhook || len(strings.Fields(s.Signature)) != 2 {
		t.Errorf("with two secrets it is %+v", s)
	}
	var paused subscriptionView
	b.want(200, http.MethodPost, erp+"/pause", "").into(t, &paused)
	if paused.State != "paused" {
		t.Errorf("paused it is %+v", paused)
	}
	b.want(200, http.MethodPost, erp+"/resume", "")
	b.want(200, http.MethodPatch, erp, `{"kinds":[],"url":"`+receiver.URL+`/hush-elsewhere","thin":true,"fields":[]}`)
	b.want(200, http.MethodPost, erp+"/redeliver", `{"after":0}`)
	if s := <-came; s.Webhook != first.Webhook || s.Record.ID != 0 {
		t.Errorf("changed it came as %+v", s)
	}
	for body, part := range map[string]string{`{"url":"https://x.example"}`: "another host",
		`{"filter":"record.status = 1"}`: "(1:", `{"url":"file:x","headers":{}}`: "people of this machine",
		`{"resources":["pigeons"]}`: "pigeons", `{"login":{"token":"hush"}}`: "Authorization"} {
		if a := b.want(422, http.MethodPatch, erp, body); !strings.Contains(a.text, part) ||
			strings.Contains(a.text, "hush") {
			t.Errorf("%s: %s", body, a.text)
		}
	}

	for _, path := range []string{"/v1/subscriptions", erp, erp + "/deliveries", "/v1/deliveries/" + first.Webhook, "/v1/audit"} {
		if a := b.want(200, http.MethodGet, path, ""); strings.Contains(a.text, "hush") || strings.Contains(a.text, v.Secret) {
			t.Errorf("%s shows a secret: %s", path, a.text)
		}
	}
	others := b.token(access.NewToken{Scopes: []access.Scope{access.Admin}, Group: "other"})
	for _, path := range []string{erp, erp + "/deliveries", "/v1/deliveries/" + first.Webhook} {
		if a := b.call(others, http.MethodGet, path, ""); a.status != 404 {
			t.Errorf("another group sees %s: %d %s", path, a.status, a.text)
		}
	}
	if a := b.call(others, http.MethodPost, "/v1/subscriptions", `{"name":"x","url":"https://x.example","stores":["shop"]}`); a.
		code() != "store_not_found" {
		t.Errorf("another group subscribes to it: %d %s", a.status, a.text)
	}
	b.want(204, http.MethodDelete, erp, "")
	if a := b.want(404, http.MethodGet, erp, ""); a.code() != "subscription_not_found" {
		t.Errorf("removed it is %s", a.text)
	}
}

func TestASubscriptionWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	for body, part := range map[string]string{
		`{"name":"x","url":"https://x.example","filter":"record.status = 1"}`:   "(1:",
		`{"name":"x","url":"file:orders.jsonl"}`:                                "people of this machine",
		`{"name":"x","url":"stdout:"}`:                                          "people of this machine",
		`{"name":"x","url":"ftp://x.example"}`:                                  "no receiver of the kind",
		`{"name":"x","url":"https://x.example","headers":{"Host":"y"}}`:         "Host",
		`{"name":"x","url":"https://x.example","kinds":["eaten"]}`:              "eaten",
		`{"name":"x","url":"https://x.example","secret":"hush"}`:                "secret",
		`{"name":"x","url":"https://x.example","certificate":"x","key":"hush"}`: "certificate",
	} {
		a := b.want(422, http.MethodPost, "/v1/subscriptions", body)
		if !strings.Contains(a.text, part) || strings.Contains(a.text, "hush") {
			t.Errorf("%s: %s", body, a.text)
		}
	}
	var shown struct {
		Changes []struct {
			Sent bool
			Why  string
		}
	}
	b.order(`{}`)
	b.want(200, http.MethodPost, "/v1/stores/shop/sync", "", "Prefer", "wait=50")
	b.want(200, http.MethodPost, "/v1/subscriptions/preview", `{"resources":["orders"],"thin":true}`).into(t, &shown)
	sent := 0
	for _, c := range shown.Changes {
		if c.Sent {
			sent++
		}
	}
	if sent == 0 || len(shown.Changes) > 20 {
		t.Errorf("a dry run shows %+v", shown)
	}
}
