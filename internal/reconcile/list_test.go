package reconcile_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/reconcile"
)

func TestListsAreReadAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		form reconcile.Form
		want []reconcile.Entry
	}{
		"a CSV":            {"id,total\n1,2\n3,4\n", reconcile.Form{}, []reconcile.Entry{{Word: "1"}, {Word: "3"}}},
		"a named column":   {"a;b\n1;2\n", reconcile.Form{Column: "b"}, []reconcile.Entry{{Word: "2"}}},
		"with a reference": {"order,erp\n#1,SO-1\n", reconcile.Form{}, []reconcile.Entry{{Word: "1", Reference: "SO-1"}}},
		"a single column":  {"\"Sales order\"\nA-1\n\nA-2\n", reconcile.Form{}, []reconcile.Entry{{Word: "A-1"}, {Word: "A-2"}}},
		"words a line":     {"4711\n #4712 \r\n\n", reconcile.Form{}, []reconcile.Entry{{Word: "4711"}, {Word: "4712"}}},
		"JSON":             {` [4711, "A-1"]`, reconcile.Form{}, []reconcile.Entry{{Word: "4711"}, {Word: "A-1"}}},
	} {
		got, err := reconcile.Read(strings.NewReader(test.text), test.form)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
	for name, test := range map[string]struct {
		text string
		form reconcile.Form
	}{
		"nothing":          {" \n", reconcile.Form{}},
		"no such column":   {"a,b\n1,2\n", reconcile.Form{Column: "c"}},
		"which column":     {"a,b\n1,2\n", reconcile.Form{}},
		"broken JSON":      {"[1,", reconcile.Form{}},
		"objects":          {`[{"id":1}]`, reconcile.Form{}},
		"a spreadsheet's":  {"id,total\n1.23E+12,2\n", reconcile.Form{}},
		"no such encoding": {"id,total\n1,2\n", reconcile.Form{Encoding: "klingon"}},
	} {
		if _, err := reconcile.Read(strings.NewReader(test.text), test.form); !problem.Is(err, problem.InputInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
