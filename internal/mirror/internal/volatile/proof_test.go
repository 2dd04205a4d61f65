package volatile

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// thrice are three readings of three records; value makes what each shows at "tok".
func thrice(value func(reading, record int) string, stamp func(reading, record int) time.Time) (
	all [3]map[string]reading.Reading,
) {
	for i := range all {
		all[i] = map[string]reading.Reading{}
		for id := range 3 {
			ref := storage.Ref{Resource: storage.Orders, ID: int64(id)}
			raw := fmt.Sprintf(`{"id":%d,"status":"on-hold","tok":%s}`, id, value(i, id))
			all[i][ref.String()] = reading.Reading{
				Record: storage.Record{Ref: ref, Raw: json.RawMessage(raw), Modified: stamp(i, id)},
			}
		}
	}
	return all
}

func still(int, int) time.Time { return time.Unix(1, 0) }

func TestOnlyWhatDiffersInEveryReadingOfEveryRecordIsProved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		value func(reading, record int) string
		stamp func(reading, record int) time.Time
		want  int
	}{
		"another each time": {
			value: func(i, id int) string { return fmt.Sprint(10*id + i) }, stamp: still, want: 1,
		},
		"it comes back": {value: func(i, _ int) string { return fmt.Sprint(i % 2) }, stamp: still},
		"one record stands still": {
			value: func(i, id int) string { return fmt.Sprint(min(id, 1) * i) }, stamp: still,
		},
		"the records changed": {
			value: func(i, _ int) string { return fmt.Sprint(i) },
			stamp: func(i, _ int) time.Time { return time.Unix(int64(i), 0) },
		},
	} {
		found := new(Watch).proved(storage.Orders, thrice(tt.value, tt.stamp))
		if len(found) != tt.want || tt.want == 1 && found[0].Path != "/tok" {
			t.Errorf("%s: proved is %v", name, found)
		}
	}
}

func TestWhatAnIntegrationActsOnIsNeverLeftOut(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/tok": true, "/invoice_url": true, "/meta_data/7/value": true,
		"/status": false, "/total": false, "/stock_quantity": false, "/date_paid_gmt": false, "/line_items/*/id": false,
	} {
		if got := mutable(jsonvalue.Place{Path: path}); got != want {
			t.Errorf("%s may be left out: %v", path, got)
		}
	}
	if mutable(jsonvalue.Place{Path: "/tok", Shape: true}) {
		t.Error("that a member is missing may be left out")
	}
	if !mutable(jsonvalue.Place{Path: "/status_url_total", Query: []string{"sig"}}) {
		t.Error("arguments of an address may not be left out")
	}
}
