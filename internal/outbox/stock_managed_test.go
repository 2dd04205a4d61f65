package outbox

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

func TestAChangeOfAStockThatIsNotManagedNamesTheCommandThatHelps(t *testing.T) {
	t.Parallel()
	b := New(nil, Options{})
	got := b.notManaged(intent.Write{}, json.RawMessage(`{"manage_stock":false,"sku":"MUG-1"}`))
	if got == nil || got.Write.State != intent.Rejected || !strings.Contains(got.Write.Reason.Message,
		"count it first and set the quantity, as in MUG-1=12") {
		t.Errorf("got %+v", got)
	}
	if got := b.notManaged(intent.Write{}, json.RawMessage(`{"manage_stock":true}`)); got != nil {
		t.Errorf("a managed one: %+v", got)
	}
}
