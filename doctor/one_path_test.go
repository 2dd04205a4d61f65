package doctor_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// A plugin closes one kind of record in its own words. The headline keeps apart what does not work and what does, and
// the answers to the usual questions do not contradict the finding beside them.
func TestWhatAPluginClosesIsToldFromWhatWorks(t *testing.T) {
	t.Parallel()
	refusal := sandbox.Answer{Status: 403, Header: map[string]string{"Content-Type": "application/json"},
		Body: `{"code":"shield_blocked","message":"Blocked.","data":{"status":403}}`}
	p := newPatient(t).fault(t, sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders`}, Answer: &refusal},
		sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/system_status`}, Answer: &refusal})
	r := p.examine(t)
	var text strings.Builder
	if err := r.WriteText(&text, doctor.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(strings.Join(strings.Fields(text.String()), " "), " ✗ Problem")
	for _, says := range []string{"orders:read, orders:write do not work", "products:read, customers:read do."} {
		if !strings.Contains(head, says) {
			t.Errorf("the headline does not say %q: %s", says, head)
		}
	}
	if cause := r.Findings[0].ID; cause != "path-refused" {
		t.Errorf("the first finding is %s", cause)
	}
	for _, a := range r.Checklist {
		switch {
		case a.ID == "in-the-way" && (a.Answer != "yes" || !strings.HasPrefix(a.Detail, "path-refused")):
			t.Errorf("what is in the way: %s (%s)", a.Answer, a.Detail)
		case a.ID == "multisite" && a.Answer == "yes":
			t.Errorf("a refusal is taken for the answer of a network: %s", a.Detail)
		}
	}
}
