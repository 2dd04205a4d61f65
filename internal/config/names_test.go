package config_test

import (
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/config"
)

func TestNamesThatNothingReadsAreFound(t *testing.T) {
	t.Parallel()
	env := []string{"HOME=/", "WAYBILL_PACE_READ=3", "WAYBILL_PACE_READS=3", "WAYBILL_KEY=x", "WAYBILL_SHOP_KEY=x",
		"WAYBILL_SHOP_SECRET=x", "WAYBILL_EVENT_TYPE=x", "WAYBILL_MASTER_KEY=x", "WAYBILL_DATA=x"}
	if got := config.Unknown(env); !slices.Equal(got, []string{"WAYBILL_PACE_READ"}) {
		t.Error(got)
	}
}
