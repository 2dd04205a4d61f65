package shipping

import (
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

func TestAPlaceHasTheNameThatItsVersionGivesIt(t *testing.T) {
	t.Parallel()
	none := func(capability.Version) core.Options { return core.Options{} }
	for version, want := range map[string]string{"10.0.2": "Lakshadeep", "10.1.2": "Lakshadweep"} {
		s := &Store{Store: core.New(core.Config{Version: version}, none)}
		if got := s.locationName(ZoneLocation{Type: "state", Code: "IN:LD"}); got != want {
			t.Errorf("%s: %q, want %q", version, got, want)
		}
	}
}
