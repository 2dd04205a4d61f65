package compare_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestAnotherRecordUnderTheNumberOfACreateIsTold(t *testing.T) {
	t.Parallel()
	done := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	w := intent.Write{ID: "06h2wm1p2kbyx315sq1dw7aq8r", Action: intent.Create, Resource: storage.Orders,
		RecordID: 12, DoneAt: done, Body: json.RawMessage(`{"billing":{"email":"a@x.test"},"customer_note":"one two"}`)}
	const (
		mine    = `"billing":{"email":"a@x.test"},"customer_note":"one two"`
		foreign = `"billing":{"email":"b@y.test"},"customer_note":"other words"`
		marked  = `,"meta_data":[{"id":1,"key":"` + intent.MarkerKey + `","value":"06h2wm1p2kbyx315sq1dw7aq8r"}]`
	)
	for name, c := range map[string]struct {
		after   time.Duration
		members string
		another bool
	}{
		"the one":                              {-time.Second, mine + marked, false},
		"the one, its mark taken away":         {-time.Second, mine, false},
		"the one, edited since":                {-time.Second, foreign + marked, false},
		"an older one, edited, without a mark": {-time.Hour, foreign, false},
		"another, minutes later":               {time.Minute, foreign, true},
		"another that is equal, minutes later": {time.Minute, mine, true},
		"another, five seconds later":          {5 * time.Second, foreign, true},
		"another, within the second":           {0, foreign, true},
	} {
		record := `{"id":12,"created_via":"rest-api","date_created_gmt":"` +
			done.Add(c.after).Format(storage.WooTime) + `",` + c.members + `}`
		if got := compare.Another(w, json.RawMessage(record)); got != c.another {
			t.Errorf("%s: another %t, want %t", name, got, c.another)
		}
	}
}
