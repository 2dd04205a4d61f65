package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
)

// bodies are what operations are asked with that take one.
var bodies = map[string]string{
	"connect-store":    `{"url":"https://127.0.0.1:1","key":"cs_x","secret":"ck_x"}`,
	"begin-connection": `{"url":"https://127.0.0.1:1"}`,
	"replace-key":      `{"key":"cs_x","secret":"ck_x"}`,
	"move-store":       `{"url":"https://127.0.0.1:1"}`,
	"diagnose-store":   `{}`,
	"verify-store":     `{"resources":["tax_classes"]}`,
	"create-record":    `{"customer_note":"x"}`,
	"update-record":    `{"customer_note":"x"}`,
	"update-order":     `{"customer_note":"x"}`,
	"add-note":         `{"note":"x"}`,
	"refund-order":     `{"amount":"0.01","api_refund":false}`,
	"set-stock":        `{"stock":[{"sku":"none","stock_quantity":1}]}`,
	"submit-writes":    `{"writes":[{"action":"create","resource":"orders","body":{"customer_note":"y"}}]}`,
	"decide-write":     `{"decision":"discard"}`,
	"create-token":     `{"name":"x","scopes":["tokens:write"]}`,
	"create-group":     `{"name":"new"}`,
	"create-consumer":  `{"name":"other"}`,
	"acknowledge":      `{"seq":0}`,
	"move-consumer":    `{"seq":0}`,

	"create-subscription":        `{"name":"other","url":"https://192.0.2.1"}`,
	"preview-subscription":       `{}`,
	"rotate-subscription-secret": `{}`,
	"update-subscription":        `{"thin":true}`,
	"redeliver":                  `{}`,
	"decide-problem":             `{"decision":"acknowledge"}`,
	"redo":                       `{"do":"redeliver","subscription":"erp","overdue":true}`,
	"reconcile":                  `{"store":"shop","orders":["1"],"preview":true}`,
	"make-trace-link":            `{"store":"shop","order_id":1}`,
	"add-channel":                `{"name":"ops","hook":"https://192.0.2.1"}`,
	"give-receipts":              `{"subscription":"erp","store":"shop","receipts":[{"id":1,"reference":"SO-1"}]}`,
}

// refusedByStore are the answers of operations that the test's values let the store or the room refuse: the guard has
// let them through then.
var refusedByStore = map[string]string{
	"connect-store": "usage", "replace-key": "usage", "move-store": "store_unreachable", "set-stock": "input_invalid",
	"decide-write": "usage", "refund-order": "input_invalid", "take-from-group": "store_not_found",
	"remove-channel": "channel_not_found", "test-channel": "channel_not_found",
	"list-channel-messages": "channel_not_found",
	"get-problem":           "problem_not_found", "list-affected": "problem_not_found", "decide-problem": "problem_not_found",
	"begin-connection": "approval_impossible", "make-trace-link": "record_not_found", "get-connection": "connection_not_found",
	"cancel-connection": "connection_not_found", "check-inbox": "webhooks_off", "rotate-inbox-secret": "webhooks_off",
}

// TestTheAuthorisationMatrix asks every operation of the document with every kind of token.
func TestTheAuthorisationMatrix(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.group("mine")
	b.group("other")
	b.group("spare")
	order := b.order(`{"status":"processing"}`)
	b.connect("shop")
	b.want(200, http.MethodPut, "/v1/groups/mine/stores/shop", "")
	var w struct{ ID string }
	b.want(200, http.MethodPatch, fmt.Sprintf("/v1/stores/shop/orders/%d", order), `{"customer_note":"first"}`, "Prefer",
		"wait=40").into(t, &w)

	b.want(201, http.MethodPost, "/v1/consumers", `{"name":"erp"}`)

	subscribe := func() {
		b.want(201, http.MethodPost, "/v1/subscriptions", `{"name":"erp","url":"https://192.0.2.1"}`)
		b.want(200, http.MethodPost, "/v1/subscriptions/erp/redeliver", `{}`)
	}
	subscribe()
	delivery := func() string {
		var page struct{ Deliveries []struct{ ID string } }
		b.want(200, http.MethodGet, "/v1/subscriptions/erp/deliveries?limit=1", "").into(t, &page)
		return page.Deliveries[0].ID
	}

	all := []access.Scope{access.Admin}
	spare := b.token(access.NewToken{Scopes: all, Group: "mine"})
	expired := b.token(access.NewToken{Scopes: all, ExpiresAt: time.Now().Add(300 * time.Millisecond)})
	revoked := b.token(access.NewToken{Scopes: all})
	_, err := b.service.RevokeToken(t.Context(), access.Local(""), revoked)
	b.ok(err)
	blocked := b.token(access.NewToken{Scopes: all, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	others := b.token(access.NewToken{Scopes: all, Group: "other"})
	<-time.After(300 * time.Millisecond) // until the token has expired

	scoped := map[string]string{}
	token := func(scopes ...access.Scope) string {
		key := fmt.Sprint(scopes)
		if scoped[key] == "" {
			scoped[key] = b.token(access.NewToken{Scopes: scopes})
		}
		return scoped[key]
	}
	queries := map[string]string{"trace-order": "?order=1", "list-receipts": "?reference=x"}
	for _, op := range b.operations() {
		path := strings.NewReplacer("{store}", "shop", "{resource}", "orders", "{id}", fmt.Sprint(order), "{order}",
			fmt.Sprint(order), "{write}", w.ID, "{prefix}", spare[4:12], "{group}", "spare",
			"{consumer}", "erp", "{subscription}", "erp", "{delivery}", delivery(),
			"{link}", "none", "{connection}", "none", "{problem}", "999", "{channel}", "none").Replace(op.path)
		if strings.Contains(path, "{") {
			t.Fatalf("the test has no value for %s", path)
		}
		ask := func(token string) answer {
			return b.call(token, op.method, path+queries[op.id], bodies[op.id], "Idempotency-Key", "matrix-"+op.id)
		}
		without := token(slices.DeleteFunc(everyScope(), func(s access.Scope) bool { return s == op.scope })...)
		for _, c := range []struct {
			what, token string
			status      int
			code        string
		}{
			{"no token", "", 401, "token_missing"},
			{"an unknown token", "wbt_" + strings.Repeat("0", 51), 401, "token_invalid"},
			{"an expired token", expired, 401, "token_expired"},
			{"a revoked token", revoked, 401, "token_expired"},
			{"a token without the scope", without, 403, "scope_missing"},
			{"a blocked address", blocked, 403, "address_refused"},
		} {
			if a := ask(c.token); a.status != c.status || a.code() != c.code {
				t.Errorf("%s with %s: got %d %s, want %d %s", op.id, c.what, a.status, a.text, c.status, c.code)
			}
		}
		b.otherGroup(op, ask(others))
		if op.id == "stream-changes" || op.id == "remove-store" || op.id == "remove-group" {
			continue // one does not end, the others end what the rest needs: they are let through in other tests
		}
		a := ask(token(op.scope))
		if a.status >= 400 && a.code() != refusedByStore[op.id] {
			t.Errorf("%s with the right token: %d %s", op.id, a.status, a.text)
		}
		if op.id == "remove-consumer" {
			b.want(201, http.MethodPost, "/v1/consumers", `{"name":"erp"}`)
		}
		if op.id == "remove-subscription" {
			subscribe()
		}
		if op.id == "pause-store" {
			b.want(200, http.MethodPost, "/v1/stores/shop/resume", "")
		}
	}
}

// otherGroup looks at what a token of another group was told: that the store is not there, or nothing of it.
func (b *bundle) otherGroup(op documented, a answer) {
	b.Helper()
	wants := map[int]string{}
	switch {
	case op.scope == access.GroupsWrite || op.scope == access.AlertsWrite:
		wants[403] = "scope_missing"
	case strings.Contains(op.path, "{store}"):
		wants[404] = "store_not_found"
	case strings.Contains(op.path, "{prefix}"):
		wants[404] = "token_not_found"
	case strings.Contains(op.path, "{consumer}"):
		wants[404] = "consumer_not_found"
	case strings.Contains(op.path, "{subscription}"):
		wants[404] = "subscription_not_found"
	case strings.Contains(op.path, "{delivery}"):
		wants[404] = "delivery_not_found"
	case strings.Contains(op.path, "{problem}"):
		wants[404] = "problem_not_found"
	case strings.Contains(op.path, "{connection}"):
		wants[404] = "connection_not_found"
	case op.id == "reconcile" || op.id == "make-trace-link":
		wants[404] = "store_not_found"
	case op.id == "remove-trace-link":
		wants[204] = ""
	case op.id == "give-receipts" || op.id == "redo":
		wants[404] = "subscription_not_found"
	case op.id == "connect-store":
		wants[400] = "usage"
	case op.id == "begin-connection":
		wants[409] = "approval_impossible"
	default:
		wants[200], wants[201] = "", ""
	}
	if code, known := wants[a.status]; !known || a.code() != code {
		b.Errorf("%s of another group: got %d %s, want %v", op.id, a.status, a.text, wants)
	}
	for _, word := range []string{`"shop"`, "mine", "matrix"} {
		if a.status < 300 && strings.Contains(a.text, word) {
			b.Errorf("%s tells another group of %s: %s", op.id, word, a.text)
		}
	}
}

func everyScope() []access.Scope {
	var scopes []access.Scope
	for _, s := range access.Scopes() {
		if s.Scope != access.Admin {
			scopes = append(scopes, s.Scope)
		}
	}
	return scopes
}

// documented is an operation of the document.
type documented struct {
	id, method, path string
	scope            access.Scope
}

// operations are those of the document that the server shows, in a steady order.
func (b *bundle) operations() []documented {
	b.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			ID       string             `json:"operationId"`
			Scope    access.Scope       `json:"x-scope"`
			Security []map[string][]any `json:"security"`
		}
	}
	b.call("", http.MethodGet, "/openapi.json", "").into(b.T, &document)
	var all []documented
	for path, methods := range document.Paths {
		for method, op := range methods {
			if op.Scope == "" || len(op.Security) == 0 {
				b.Errorf("%s %s needs no scope", method, path)
			}
			all = append(all, documented{op.ID, strings.ToUpper(method), path, op.Scope})
		}
	}
	slices.SortFunc(all, func(x, y documented) int { return strings.Compare(x.path+x.method, y.path+y.method) })
	if len(all) < 30 {
		b.Fatalf("the document has %d operations", len(all))
	}
	return all
}
