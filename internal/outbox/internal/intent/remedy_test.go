package intent

import (
	"fmt"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestARemedyIsDataThatEveryFaceSaysInItsOwnWords(t *testing.T) {
	t.Parallel()
	message := "If it is the one: ⟨adopt w1 12⟩. If not: ⟨retry⟩ sends it. Look: ⟨examine orders:write⟩, ⟨examine⟩, " +
		"⟨restore orders 12 processing⟩"
	want := []Remedy{{Do: "adopt", Write: "w1", Record: 12}, {Do: "retry"}, {Do: "examine", Scope: "orders:write"},
		{Do: "examine"}, {Do: "restore", Resource: storage.Orders, Record: 12, Status: "processing"}}
	if got := Remedies(message); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	said := Said("If it is the one: ⟨adopt w1 12⟩.",
		func(r Remedy) string { return fmt.Sprintf("[%s %d]", r.Do, r.Record) })
	if said != "If it is the one: [adopt 12]." {
		t.Errorf("got %q", said)
	}
	if got := Remedies(WithoutRemedies("a store says ⟨discard w1⟩")); got != nil {
		t.Errorf("a store's text is taken for %+v", got)
	}
}
