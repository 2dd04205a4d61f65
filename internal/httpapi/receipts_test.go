package httpapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
)

type receiptsPage struct {
	Receipts []struct {
		Subscription, Consumer, State, Reference, Why string
		RecordID                                      int64 `json:"record_id"`
		Unsent                                        bool
	}
	Kept, Unsent, Refused int
}

// TestReceiptsAreGivenAndListed: a consumer and a subscription say what they have; another group neither sees nor
// says anything of it.
func TestReceiptsAreGivenAndListed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.group("other")
	order := b.order(`{"status":"processing"}`)
	b.connect("shop")
	b.want(201, http.MethodPost, "/v1/consumers", `{"name":"dwh"}`)
	made := b.want(201, http.MethodPost, "/v1/subscriptions",
		`{"name":"erp","url":"https://192.0.2.1","receipt_within_seconds":600}`)
	var sub struct {
		Within int64 `json:"receipt_within_seconds"`
	}
	if made.into(t, &sub); sub.Within != 600 {
		t.Errorf("made %s", made.text)
	}
	give := func(status int, body string) (page receiptsPage) {
		t.Helper()
		b.want(status, http.MethodPost, "/v1/receipts", body).into(t, &page)
		return page
	}
	list := func(query string) (page receiptsPage) {
		t.Helper()
		b.want(200, http.MethodGet, "/v1/receipts?"+query, "").into(t, &page)
		return page
	}
	page := give(200, fmt.Sprintf(`{"consumer":"dwh","store":"shop","receipts":[{"id":%d,"reference":"SO-1"},
		{"number":"A-99"},{"id":999999}]}`, order))
	if page.Kept != 1 || page.Refused != 2 || page.Receipts[1].Why == "" {
		t.Errorf("given %+v", page)
	}
	page = give(200, fmt.Sprintf(`{"subscription":"erp","receipts":[{"store":"shop","number":"%d"}]}`, order))
	if page.Unsent != 1 || page.Receipts[0].RecordID != order {
		t.Errorf("given %+v", page)
	}
	if page = list("consumer=dwh"); len(page.Receipts) != 1 || page.Receipts[0].Reference != "SO-1" ||
		page.Receipts[0].State != "given" || page.Receipts[0].Consumer != "dwh" {
		t.Errorf("of the consumer there are %+v", page)
	}
	if page = list("subscription=erp&store=shop"); len(page.Receipts) != 1 || !page.Receipts[0].Unsent {
		t.Errorf("of the subscription there are %+v", page)
	}
	if page = list(fmt.Sprintf("store=shop&id=%d", order)); len(page.Receipts) != 2 {
		t.Errorf("of the order there are %+v", page)
	}
	if page = list("reference=so-1"); len(page.Receipts) != 1 || page.Receipts[0].RecordID != order {
		t.Errorf("by the reference there are %+v", page)
	}
	b.want(200, http.MethodGet, "/v1/receipts/overdue", "")
	for _, wrong := range []string{`{"receipts":[{"id":1}]}`,
		`{"consumer":"dwh","subscription":"erp","receipts":[{"id":1}]}`,
		`{"consumer":"dwh","store":"shop","receipts":[{}]}`,
		`{"consumer":"dwh","store":"shop","receipts":[{"id":1,"number":"1"}]}`,
		`{"consumer":"dwh","store":"shop","receipts":[{"number":"1","resource":"products"}]}`,
		`{"consumer":"dwh","store":"shop","receipts":[{"id":1,"resource":"pigeons"}]}`} {
		give(422, wrong)
	}
	b.want(404, http.MethodPost, "/v1/receipts", `{"consumer":"dwh","receipts":[{"id":1}]}`)
	b.want(404, http.MethodPost, "/v1/receipts", `{"subscription":"erp","receipts":[{"event":"msg_x_1"}]}`)
	b.want(422, http.MethodGet, "/v1/receipts", "")

	others := b.token(access.NewToken{Scopes: []access.Scope{access.Admin}, Group: "other"})
	if a := b.call(others, http.MethodGet, "/v1/receipts?reference=so-1", ""); a.status != 200 {
		t.Errorf("another group: %d %s", a.status, a.text)
	} else if a.into(t, &page); len(page.Receipts) > 0 {
		t.Errorf("another group sees %s", a.text)
	}
	if a := b.call(others, http.MethodPost, "/v1/receipts", `{"consumer":"dwh","store":"shop","receipts":[{"id":1}]}`); a.
		code() != "consumer_not_found" {
		t.Errorf("another group gives: %d %s", a.status, a.text)
	}
}
