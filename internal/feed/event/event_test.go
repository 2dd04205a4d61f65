package event_test

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/feed/event"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestMembersOfARecordAreKept(t *testing.T) {
	t.Parallel()
	const record = `{"id":12345678901234567890,"total":"1.10","n":1.10,"billing":{"email":"a@b.c","city":"X"},
		"line_items":[{"sku":"A","meta":[{"key":"k","value":1}]},{"sku":"B"}],"empty":[]}`
	for name, test := range map[string]struct {
		fields []string
		want   string
	}{
		"numbers as they are":     {[]string{"id", "n"}, `{"id":12345678901234567890,"n":1.10}`},
		"below":                   {[]string{"billing.email"}, `{"billing":{"email":"a@b.c"}}`},
		"of each element":         {[]string{"line_items.sku"}, `{"line_items":[{"sku":"A"},{"sku":"B"}]}`},
		"deep":                    {[]string{"line_items.meta.key"}, `{"line_items":[{"meta":[{"key":"k"}]},{}]}`},
		"whole after a part":      {[]string{"billing.email", "billing"}, `{"billing":{"email":"a@b.c","city":"X"}}`},
		"a part after the whole":  {[]string{"billing", "billing.email"}, `{"billing":{"email":"a@b.c","city":"X"}}`},
		"what is not there":       {[]string{"nothing", "billing.none"}, `{"billing":{}}`},
		"below what is no object": {[]string{"total.x"}, `{"total":"1.10"}`},
		"an empty list":           {[]string{"empty.x"}, `{"empty":[]}`},
	} {
		if got := string(event.Project(json.RawMessage(record), test.fields)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	if got := event.Project(json.RawMessage(record), nil); string(got) != record {
		t.Errorf("without fields: %s", got)
	}
}

func TestAnEventSaysWhetherItsRecordIsStillTheOne(t *testing.T) {
	t.Parallel()
	raw := json.RawMessage(`{"id":1}`)
	c := storage.Change{Ref: storage.Ref{Resource: storage.Orders, ID: 1}, Kind: storage.Updated,
		Hash: storage.HashOf(raw)}
	same := storage.Record{Raw: raw, Hash: c.Hash}
	other := storage.Record{Raw: raw, Hash: storage.HashOf([]byte("other"))}
	deleted := c
	deleted.Kind = storage.Deleted
	for name, test := range map[string]struct {
		e        event.Event
		outdated bool
		record   bool
	}{
		"as it was":    {event.Of(c, "shop").With(&same, nil), false, true},
		"changed":      {event.Of(c, "shop").With(&other, nil), true, true},
		"gone since":   {event.Of(c, "shop").With(nil, nil), true, false},
		"a deletion":   {event.Of(deleted, "shop").With(nil, nil), false, false},
		"back by then": {event.Of(deleted, "shop").With(&other, nil), true, true},
	} {
		if test.e.Outdated != test.outdated || (test.e.Record != nil) != test.record {
			t.Errorf("%s: %+v", name, test.e)
		}
	}
	if e := event.Of(c, "shop"); e.Type != "orders.updated" || e.Store != "shop" {
		t.Errorf("it is %+v", e)
	}
}
