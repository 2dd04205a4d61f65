package httpapi

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
)

// TestReasonsNameRequests: what can be done about a write is said as requests of this API, and no form of a remedy is
// left in the text.
func TestReasonsNameRequests(t *testing.T) {
	t.Parallel()
	w := asked(outbox.Write{ID: "w1", Reason: &outbox.Reason{
		Message: "If it is the one: ⟨adopt w1 12⟩. If not: ⟨retry⟩. Why: ⟨examine orders:write⟩. Else ⟨discard w2⟩"}},
		"shop")
	for _, want := range []string{
		`POST /v1/stores/shop/writes/w1/decision {"decision":"adopt","record_id":12}`,
		`POST /v1/stores/shop/writes/w1/decision {"decision":"retry"}`,
		"POST /v1/stores/shop/diagnosis",
		`POST /v1/stores/shop/writes/w2/decision {"decision":"discard"}`,
	} {
		if !strings.Contains(w.Reason.Message, want) {
			t.Errorf("%q lacks %q", w.Reason.Message, want)
		}
	}
	if strings.ContainsAny(w.Reason.Message, "⟨⟩") {
		t.Errorf("a remedy is left as it is: %q", w.Reason.Message)
	}
}
