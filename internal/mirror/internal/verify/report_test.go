package verify_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/mirror/internal/verify"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestEqualIsSaidOfWhatWasComparedAndOfNothingElse(t *testing.T) {
	t.Parallel()
	all := verify.ResourceReport{Resource: storage.Orders, Store: 3, Equal: 3}
	with := func(change func(*verify.ResourceReport)) verify.Report {
		one := all
		change(&one)
		return verify.Report{Resources: []verify.ResourceReport{one}}
	}
	for name, tt := range map[string]struct {
		report        verify.Report
		equal, agrees bool
	}{
		"all equal":           {with(func(*verify.ResourceReport) {}), true, true},
		"one differs":         {with(func(r *verify.ResourceReport) { r.Equal, r.Different = 2, 1 }), false, false},
		"one is missing":      {with(func(r *verify.ResourceReport) { r.Equal, r.OnlyStore = 2, 1 }), false, false},
		"one too many":        {with(func(r *verify.ResourceReport) { r.OnlyMirror = 1 }), false, false},
		"one cannot be seen":  {with(func(r *verify.ResourceReport) { r.Unseen = 1 }), false, true},
		"one is under its id": {with(func(r *verify.ResourceReport) { r.Hidden = 1 }), true, true},
		"asked for by name, and not compared": {
			verify.Report{NotCompared: []storage.Resource{storage.Reports}}, false, true,
		},
	} {
		if equal, agrees := tt.report.Equal(), tt.report.Agrees(); equal != tt.equal || agrees != tt.agrees {
			t.Errorf("%s: equal is %v, agrees %v", name, equal, agrees)
		}
	}
}
