package recording

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func step(t *testing.T, text string) *Step {
	t.Helper()
	s := &Step{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func paths(differences []Difference) string {
	var all []string
	for _, d := range differences {
		all = append(all, d.Path)
	}
	return strings.Join(all, " ")
}

func TestDifferencesAreFoundAndOnlyThose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ step, got, want string }{
		"equal": {`{"response":{"status":200,"body":{"id":1,"a":[1,2]}}}`, `{"a":[1,2.0],"id":1}`, ""},
		"value": {`{"response":{"status":200,"body":{"id":1,"a":[1,2]}}}`, `{"a":[1,3],"id":1}`,
			"$.a[1]"},
		"missing and unexpected": {`{"response":{"status":200,"body":{"id":1}}}`, `{"di":1}`, "$.di $.id"},
		"type":                   {`{"response":{"status":200,"body":{"id":1}}}`, `{"id":"1"}`, "$.id"},
		"empty list or object":   {`{"response":{"status":200,"body":{"id":[]}}}`, `{"id":{}}`, "$.id"},
		"length":                 {`{"response":{"status":200,"body":[1]}}`, `[1,2]`, "$"},
		"message text": {
			`{"response":{"status":200,"body":{"code":"c","message":"a","data":{"status":404}}}}`,
			`{"code":"c","message":"b","data":{"status":404}}`, ""},
		"code": {`{"response":{"status":200,"body":{"code":"c","message":"a"}}}`,
			`{"code":"d","message":"a"}`, "$.code"},
		"params by name": {
			`{"response":{"status":200,"body":{"code":"c","message":"a","data":{"params":{"x":"bad"}}}}}`,
			`{"code":"c","message":"a","data":{"params":{"x":"wrong"}}}`, ""},
		"other params": {
			`{"response":{"status":200,"body":{"code":"c","message":"a","data":{"params":{"x":"bad"}}}}}`,
			`{"code":"c","message":"a","data":{"params":{"y":"bad"}}}`, "$.data.params"},
		"volatile date": {`{"volatile":["$.d"],"response":{"status":200,"body":{"d":"2026-11-23T09:36:53"}}}`,
			`{"d":"2027-01-01T00:00:00"}`, ""},
		"volatile, other shape": {`{"volatile":["$.d"],"response":{"status":200,"body":{"d":"2026-11-23T09:36:53"}}}`,
			`{"d":"2027-01-01"}`, "$.d"},
		"volatile, null": {`{"volatile":["$.d"],"response":{"status":200,"body":{"d":"2026-11-23T09:36:53"}}}`,
			`{"d":null}`, "$.d"},
		"volatile list": {`{"volatile":["$[*].k"],"response":{"status":200,"body":[{"k":"a"},{"k":"b"}]}}`,
			`[{"k":"x"},{"k":"yy"}]`, ""},
		"captured id": {`{"response":{"status":200,"body":{"id":11,"href":"{base}/orders/11"}}}`,
			`{"id":70,"href":"https://s/orders/70"}`, ""},
		"a total is no id": {`{"response":{"status":200,"body":{"total":"11.00","quantity":11}}}`,
			`{"total":"70.00","quantity":70}`, "$.quantity $.total"},
		"status": {`{"response":{"status":404,"body":{"code":"c","message":""}}}`,
			`{"code":"c","message":""}`, "status"},
		"no JSON": {`{"response":{"status":200,"body":{}}}`, `<html>`, "body"},
		"bytes": {`{"response":{"status":200,"body_raw":"{\"a\":\"\\/\"}"}}`, `{"a":"/"}`,
			"body bytes"},
		"order of keys": {`{"volatile":["$.z"],"response":{"status":200,"body_raw":"{\"a\":1,\"z\":1}"}}`,
			`{"z":2,"a":1}`, "order of keys"},
		"empty body": {`{"response":{"status":200,"body_empty":true}}`, `x`, "body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			context := NewContext(map[string]string{"base": "https://s"}, nil)
			context.Recorded["11"] = "70"
			got := Compare(step(t, c.step), Answer{Status: 200, Header: http.Header{}, Body: []byte(c.got)}, context)
			if paths(got) != c.want {
				t.Errorf("got %v, want differences at %q", got, c.want)
			}
		})
	}
}

func TestHeadersThatMeanSomethingAreCompared(t *testing.T) {
	t.Parallel()
	recorded := step(t, `{"response":{"status":200,"headers":{"allow":"GET","location":"{base}/x/11"},"body_empty":true}}`)
	context := NewContext(map[string]string{"base": "https://s"}, nil)
	header := http.Header{
		"Allow": {"GET"}, "Location": {"https://s/x/11"}, "X-Robots-Tag": {"noindex"}, "Date": {"now"},
		"Link": {`<https://s/wp-json/>; rel="https://api.w.org/"`},
	}
	if got := Compare(recorded, Answer{Status: 200, Header: header}, context); got != nil {
		t.Errorf("equal headers differ: %v", got)
	}
	header.Set("Vary", "Origin")
	header.Del("Allow")
	if got := paths(Compare(recorded, Answer{Status: 200, Header: header},
		context)); got != "header allow header vary" {
		t.Errorf("got differences at %s", got)
	}
}

func TestCapturesBindNamesForLaterSteps(t *testing.T) {
	t.Parallel()
	recorded := step(t, `{"captures":{"o":"$.id","m":"$.meta_data[key=erp].id","l":"$.lines[1].id"},"captured":{"o":11}}`)
	context := NewContext(nil, nil)
	missing := context.Capture(recorded,
		[]byte(`{"id":70,"meta_data":[{"id":3,"key":"x"},{"id":4,"key":"erp"}],"lines":[{"id":8}]}`))
	if paths(missing) != "capture l" {
		t.Errorf("missing %v", missing)
	}
	if got := context.Expand("/orders/{o}/{m}/{unknown}"); got != "/orders/70/4/{unknown}" {
		t.Errorf("expanded to %s", got)
	}
	if context.Recorded["11"] != "70" {
		t.Errorf("recorded ids: %v", context.Recorded)
	}
}

func TestRelatedProductsAreComparedWithoutTheirOrder(t *testing.T) {
	t.Parallel()
	compare := func(want, got string) int {
		k := &comparison{step: &Step{}, context: &Context{}}
		k.json([]byte(`{"related_ids":`+want+`}`), []byte(`{"related_ids":`+got+`}`))
		return len(k.differences)
	}
	for _, c := range []struct {
		want, got string
		equal     bool
	}{
		{"[1,2,3]", "[3,1,2]", true}, {"[1,2,3]", "[1,2,4]", false}, {"[1,2]", "[1,2,3]", false}, {"[]", "[]", true},
		// Of more than five nobody knows which are shown.
		{"[1,2,3,4,5]", "[2,3,4,5,6]", true}, {"[1,2,3,4,5]", "[1,2,3,4]", false},
	} {
		if got := compare(c.want, c.got) == 0; got != c.equal {
			t.Errorf("%s and %s are equal: %v, want %v", c.want, c.got, got, c.equal)
		}
	}
}
