package intent

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestTheSameContentHasOneFingerprintHoweverItsAmountsAreSpelled(t *testing.T) {
	t.Parallel()
	refund := func(body string) string {
		return Fingerprint(Write{Action: Create, Resource: storage.Refunds, ParentID: 7, Body: json.RawMessage(body)})
	}
	first := refund(`{"amount":"5","line_items":[{"id":3,"quantity":1,"refund_total":"2.50"}]}`)
	for _, same := range []string{
		`{"amount":"5.0","line_items":[{"id":3,"quantity":1.0,"refund_total":2.5}]}`,
		`{"line_items":[{"refund_total":"2.5","quantity":"1","id":3}],"amount":"5.00"}`,
	} {
		if refund(same) != first {
			t.Errorf("%s is taken for another refund", same)
		}
	}
	for _, other := range []string{
		`{"amount":"5.01","line_items":[{"id":3,"quantity":1,"refund_total":"2.50"}]}`,
		`{"amount":"5","reason":"late","line_items":[{"id":3,"quantity":1,"refund_total":"2.50"}]}`,
		`{"amount":"5","line_items":[{"id":4,"quantity":1,"refund_total":"2.50"}]}`,
	} {
		if refund(other) == first {
			t.Errorf("%s is taken for the same refund", other)
		}
	}
}

func TestTextThatLooksLikeANumberKeepsItsSpelling(t *testing.T) {
	t.Parallel()
	order := func(sku string) string {
		return Fingerprint(Write{Action: Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"billing":{"postcode":"` + sku + `"},"line_items":[{"sku":"` + sku + `"}]}`)})
	}
	if order("1") == order("1.0") || order("7030") == order("07030") {
		t.Error("two SKUs or postcodes are taken for one")
	}
}
