package fault

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAFaultSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	cut := -3
	for want, f := range map[string]Fault{
		"":                            {Match: Match{Methods: []string{"GET"}}},
		"waits 2s; answers 429":       {Delay: Duration(2 * time.Second), Answer: &Answer{Status: 429}},
		"cuts the last 3 bytes":       {Cut: &cut},
		"after the store has acted":   {Drop: AfterCommit},
		"answers 502 after the store": {Answer: &Answer{Status: 502}, Acts: true},
	} {
		if got := f.Does(); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

func TestAFaultThatCannotHappenIsRefused(t *testing.T) {
	t.Parallel()
	for _, f := range []Fault{
		{Match: Match{Methods: []string{"PSOT"}}}, {Match: Match{Times: -1}}, {Match: Match{Skip: -1}},
		{Match: Match{Probability: 2}}, {Answer: &Answer{Status: 999}}, {Status: 42}, {Delay: -1}, {Drop: "middle"},
		{Match: Match{Path: "("}},
	} {
		if _, err := compile(f); err == nil {
			t.Errorf("%+v was taken", f)
		} else if strings.Contains(err.Error(), "regexp") {
			t.Errorf("%v", err)
		}
	}
	if _, err := compile(Fault{Status: http.StatusTeapot}); err != nil {
		t.Error(err)
	}
}
