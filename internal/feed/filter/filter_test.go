package filter_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/problem"
)

const order = `{"id":7,"status":"processing","total":"120.50","customer_id":0,"billing":{"country":"DE"},
	"line_items":[{"sku":"A-1","quantity":2,"meta_data":[{"key":"gift","value":"yes"}]},{"sku":"B","quantity":1,
	"meta_data":[]}]}`

func TestAChangeMeetsAnExpressionOrNot(t *testing.T) {
	t.Parallel()
	change := filter.Change{Kind: "updated", Resource: "orders", ID: 7, Store: "shop", Origin: "foreign"}
	for text, want := range map[string]bool{
		``:                                       true,
		`kind == "updated"`:                      true,
		`kind in ["created", "deleted"]`:         false,
		`origin != "own" and store == "shop"`:    true,
		`record.status == "processing"`:          true,
		`record.status in ["completed", "lost"]`: false,
		`float(record.total) > 100 && record.billing.country == "DE"`: true,
		`float(record.total) > 200`:                                   false,
		`any(record.line_items, .sku startsWith "A-")`:                true,
		`all(record.line_items, .quantity > 1)`:                       false,
		`any(record.line_items, any(.meta_data, .key == "gift"))`:     true,
		`count(record.line_items, .quantity >= 1) == 2`:               true,
		`record.no_such_member == nil`:                                true,
		`record.status matches "^proc"`:                               true,
		`id == 7 && resource == "orders"`:                             true,
	} {
		f, err := filter.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, why := f.Match(change, json.RawMessage(order)); got != want || why != nil {
			t.Errorf("%s: %v, %v, want %v", text, got, why, want)
		}
	}
}

func TestAMistakeIsRefusedAndSaysWhere(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		`record.status = "x"`:                                       "(1:",
		`record.status ==`:                                          "(1:",
		"kind == \"x\" &&\n  nothing":                               "(2:3)",
		`recorrd.status == "x"`:                                     "recorrd",
		`record.status`:                                             "",
		`"text"`:                                                    "bool",
		`system("rm")`:                                              "system",
		`now() != nil`:                                              "now",
		`len(repeat("x", 1000000)) > 1`:                             "repeat",
		`any(1..1000000, any(1..1000000, # == 0))`:                  "lists of numbers",
		`let x = record.line_items; len(x) > 1`:                     "let",
		`any(record.a, any(record.b, true))`:                        "part of its element",
		`any(record.a, any(.b, any(record.c, true)))`:               "part of its element",
		strings.Repeat(`kind == "x" || `, 200) + "true":             "",
		strings.Repeat("(", 1500) + "true" + strings.Repeat(")", 9): "",
	} {
		f, err := filter.Compile(text)
		if text == `record.status` && err == nil {
			// What a record holds is not known before; what is no yes or no then lets the change through.
			if yes, _ := f.Match(filter.Change{}, json.RawMessage(order)); !yes {
				t.Errorf("%s keeps the change back", text)
			}
			continue
		}
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != problem.InputInvalid || !strings.Contains(p.Message, part) {
			t.Errorf("%.60s: %v does not name %q", text, err, part)
		}
	}
}

func TestWhatCannotBeAskedLetsTheChangeThrough(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`record.total > 5`, `record.billing.country.code.x == 1`, `float(record.status) > 1`} {
		f, err := filter.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if yes, why := f.Match(filter.Change{}, json.RawMessage(order)); !yes || why == nil {
			t.Errorf("%s: %v, %v", text, yes, why)
		}
	}
	f, err := filter.Compile(`record != nil && record.status == "x"`)
	if err != nil {
		t.Fatal(err)
	}
	if yes, why := f.Match(filter.Change{Kind: "deleted"}, nil); yes || why != nil {
		t.Errorf("a record that is gone: %v, %v", yes, why)
	}
}

// TestALargeRecordTakesNoLongTime: a million elements are gone through once, whatever is asked.
func TestALargeRecordTakesNoLongTime(t *testing.T) {
	t.Parallel()
	large := json.RawMessage(`{"a":[` + strings.Repeat(`{"b":[0]},`, 100_000) + `{"b":[0]}]}`)
	f, err := filter.Compile(`any(record.a, any(.b, # == 1)) || any(record.a, all(.b, # == 1))`)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if yes, why := f.Match(filter.Change{}, large); yes || why != nil {
		t.Errorf("%v, %v", yes, why)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
