package sink

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestReceiptsAreReadFromAnAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header, body string
		want         []Receipt
	}{
		"none":             {"", "", nil},
		"no JSON":          {"", "OK", nil},
		"another JSON":     {"", `{"status":"ok","receipts":"none"}`, nil},
		"a list":           {"", `["receipts"]`, nil},
		"a header":         {"SO-1", "OK", []Receipt{{Reference: "SO-1"}}},
		"a number":         {"", `{"receipts":[{"id":7,"reference":1001}]}`, []Receipt{{7, "1001"}}},
		"a text":           {"", `{"receipts":[{"id":"7","reference":"SO-7"}]}`, []Receipt{{7, "SO-7"}}},
		"without an id":    {"", `{"receipts":[{"reference":"SO-7"}]}`, []Receipt{{0, "SO-7"}}},
		"no reference":     {"", `{"receipts":[{"id":7,"reference":null}]}`, []Receipt{{7, ""}}},
		"an empty one":     {"", `{"receipts":[{}]}`, []Receipt{{}}},
		"no record":        {"", `{"receipts":[{"id":"x"},{"id":-1},{"id":8}]}`, []Receipt{{8, ""}}},
		"a header as well": {"SO-1", `{"receipts":[{"id":8,"reference":"SO-8"}]}`, []Receipt{{0, "SO-1"}, {8, "SO-8"}}},
		"a broken one":     {"SO-1", `{"receipts":[{"id":8`, []Receipt{{0, "SO-1"}}},
	} {
		header := http.Header{}
		if test.header != "" {
			header.Set(ReceiptHeader, test.header)
		}
		if got := receiptsOf(header, []byte(test.body)); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
	many := `{"receipts":[` + strings.Repeat(`{"id":1},`, 5000) + `{"id":1}]}`
	if got := receiptsOf(http.Header{}, []byte(many)); len(got) != mostReceipts {
		t.Errorf("of many there are %d", len(got))
	}
}
