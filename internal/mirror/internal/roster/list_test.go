package roster_test

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

func listOf(t *testing.T, r storage.Resource, route string) *roster.List {
	t.Helper()
	for _, l := range roster.Lists() {
		if l.Resource == r && (route == "" || l.Path() == route) {
			return l
		}
	}
	t.Fatalf("there is no list of %s", r)
	return nil
}

func TestSettingsOfOneGroupAreNotThoseOfAnother(t *testing.T) {
	t.Parallel()
	general, tax := listOf(t, storage.Settings, "settings/general"), listOf(t, storage.Settings, "settings/tax")
	records, err := general.Records(json.RawMessage(`[{"id":"woocommerce_currency","value":"EUR"}]`))
	if err != nil || len(records) != 1 || records[0].Slug != "general/woocommerce_currency" {
		t.Fatalf("read as %+v (%v)", records, err)
	}
	if !general.Owns(records[0]) || tax.Owns(records[0]) {
		t.Error("a setting belongs to the group it was listed in, and to no other")
	}
}

func TestAListThatIsNoneIsNotRead(t *testing.T) {
	t.Parallel()
	statuses := listOf(t, storage.OrderStatuses, "")
	for _, body := range []string{`{"success":false}`, `[3]`, `[{"name":"without a slug"}]`} {
		if records, err := statuses.Records(json.RawMessage(body)); err == nil {
			t.Errorf("%s was read as %+v", body, records)
		}
	}
}
