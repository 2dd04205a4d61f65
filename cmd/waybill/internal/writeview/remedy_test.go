package writeview

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/outbox"
)

func TestARemedyIsSaidAsACommand(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"If it is the one: ⟨adopt w1 12⟩. If not: ⟨retry⟩ sends it anew": "If it is the one: waybill outbox adopt w1 " +
			"12. " +
			"If not: waybill outbox retry w1 sends it anew",
		"⟨discard w1⟩ drops it":     "waybill outbox discard w1 drops it",
		"(⟨examine⟩)":               "(waybill doctor my-shop)",
		"⟨examine customers:write⟩": "waybill doctor my-shop --for customers:write",
		"⟨role customers:write⟩": "waybill role --for " +
			usual() + ",customers:write",
		"⟨role orders:write⟩": "waybill role --for " + usual(),
		"bring it back: ⟨restore orders 7 processing⟩": "bring it back: waybill orders update my-shop 7 --set " +
			"status=processing",
		"an older one: waybill outbox retry w1": "an older one: waybill outbox retry w1",
	} {
		w := Said(outbox.Write{ID: "w1", Reason: &outbox.Reason{Message: message}}, "my-shop")
		if w.Reason.Message != want {
			t.Errorf("%q is said as %q, want %q", message, w.Reason.Message, want)
		}
	}
}

func usual() string {
	var words []string
	for _, scope := range capability.DefaultScopes {
		words = append(words, string(scope))
	}
	return strings.Join(words, ",")
}

func TestWhoDecidesIsShownWhatIsThereAlready(t *testing.T) {
	t.Parallel()
	w := outbox.Write{ID: "w1", State: outbox.Parked, Reason: &outbox.Reason{
		Message: "a note like it is there. If it is the one: ⟨adopt w1 18⟩. If not: ⟨retry⟩ sends it"}}
	if line := Undecided([]outbox.Write{w}, "my-shop")[0]; strings.ContainsAny(line, "⟨⟩") ||
		!strings.Contains(line, "waybill outbox adopt w1 18") {
		t.Errorf("the line is %q", line)
	}
	want := "If it is there already, take that: waybill outbox adopt w1 18. "
	if got := Choices(w, "my-shop"); got != want {
		t.Errorf("the choices are %q, want %q", got, want)
	}
}
