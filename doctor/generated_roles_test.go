package doctor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// TestTheGeneratedRoleIsEnough: what waybill role writes for a scope alone, or for some together, the doctor must be
// content with, or its fix would write the same role again.
func TestTheGeneratedRoleIsEnough(t *testing.T) {
	t.Parallel()
	wanted := [][]doctor.Scope{
		{doctor.OrdersWrite, doctor.OrdersDelete}, {doctor.ProductsWrite, doctor.ProductsDelete},
		{doctor.OrdersWrite, doctor.CustomersWrite}, {doctor.CustomersWrite, doctor.CustomersDelete},
		{doctor.CouponsWrite, doctor.TermsWrite}, {doctor.OrdersDelete, doctor.CouponsWrite},
	}
	for _, scope := range capability.Scopes {
		if !strings.HasPrefix(string(scope), "fulfillments:") {
			wanted = append(wanted, []doctor.Scope{scope})
		}
	}
	stores := []struct {
		version string
		storage capability.Storage
	}{{"11.0.1", capability.HPOS}, {"11.0.1", capability.Posts}, {"10.0.2", capability.HPOS}}
	if testing.Short() {
		stores = stores[:1]
	}
	for _, store := range stores {
		for _, scopes := range wanted {
			t.Run(fmt.Sprint(store.version, " ", store.storage, " ", scopes), func(t *testing.T) {
				t.Parallel()
				p := newPatient(t, sandbox.WithVersion(store.version), sandbox.WithStorage(store.storage))
				p.wanting(scopes...).login(t, "author")
				caps := smallestOn(t, store.storage, store.version, scopes...)
				caps.Add("read")
				p.give(t, capability.Role{Name: "erp", Title: "ERP", Caps: caps})
				report := p.examine(t)
				for _, scope := range scopes {
					if !slices.Contains(report.Works, string(scope)+" works") {
						t.Errorf("%s was not seen to work", scope)
					}
				}
				if report.ExitCode() != 0 {
					t.Errorf("the generated role is not enough:\n%s", describeReport(report))
				}
			})
		}
	}
}
